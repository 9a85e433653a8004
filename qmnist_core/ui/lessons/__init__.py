"""What Lessons shows: a card for each, and how far one is in it."""
