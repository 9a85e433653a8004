"""What the pages share: frame, settings, charts, pictures and the drawing pad. Streamlit lives here alone."""
