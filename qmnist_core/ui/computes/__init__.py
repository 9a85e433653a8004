"""What only What it computes shows."""
