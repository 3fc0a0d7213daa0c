"""What developers of bpkit run beside bpkit itself: engines and base images from nothing."""
