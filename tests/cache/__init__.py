"""Results that are kept on disk."""
