"""What Lessons shows, and the banner of a lesson on the other pages."""
