"""Parts that only the page Why it can fail uses."""
