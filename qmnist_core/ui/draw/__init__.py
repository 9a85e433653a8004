"""Parts that only the Draw page uses."""
