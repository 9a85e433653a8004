"""The class: its wall, which a projector shows, its teacher's view, and its members' phones."""
