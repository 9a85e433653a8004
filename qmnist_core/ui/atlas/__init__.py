"""What only the atlas' page shows."""
