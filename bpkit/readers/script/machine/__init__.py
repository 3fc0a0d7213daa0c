"""What the commands of a script do to containers, images and files, on a model of the host."""
