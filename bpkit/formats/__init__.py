"""What single files say; each format has a room of its own."""
