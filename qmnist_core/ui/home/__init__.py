"""Parts that only Playground uses."""
