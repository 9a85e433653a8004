"""Parts that only the page Full resolution uses."""
