"""How things look: colours and sizes of type, and numbers as text."""
