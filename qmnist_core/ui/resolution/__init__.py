"""What only Full resolution shows."""
