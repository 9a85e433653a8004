"""Parts that only the Circuit page uses."""
