"""What a session holds, and how a page follows work in the background."""
