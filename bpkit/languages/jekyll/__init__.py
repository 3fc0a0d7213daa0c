"""Jekyll."""
