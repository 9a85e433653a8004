"""Parts that only the page Noise and shots uses."""
