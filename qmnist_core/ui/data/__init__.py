"""Parts that only the Data page uses."""
