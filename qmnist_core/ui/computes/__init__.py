"""Parts that only the page What it computes uses."""
