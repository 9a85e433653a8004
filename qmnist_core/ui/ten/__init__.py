"""Parts that only the page Ten digits uses."""
