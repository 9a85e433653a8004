"""What only Draw shows."""
