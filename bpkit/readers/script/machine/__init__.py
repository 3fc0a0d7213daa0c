"""A model of the host on which a script's commands change containers, images and files."""
