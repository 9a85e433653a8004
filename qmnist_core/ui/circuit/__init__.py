"""What only Circuit shows."""
