"""Parts that only the Train page uses."""
