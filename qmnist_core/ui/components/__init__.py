"""What Streamlit has no element for: live charts, inline pictures, a drawing pad, a link to copy, and safe words."""
