"""What only Noise and shots shows."""
