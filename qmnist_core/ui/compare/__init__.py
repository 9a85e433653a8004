"""Parts that only the Compare page uses."""
