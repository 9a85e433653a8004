"""What only Data shows."""
