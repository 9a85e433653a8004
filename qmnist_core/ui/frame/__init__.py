"""What every page begins with: its title, the way to the other pages, the settings, sharing."""
