"""The page's address: the settings and what is looked at, as names and values that can be sent to somebody."""
