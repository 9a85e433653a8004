"""What only Why it can fail shows."""
