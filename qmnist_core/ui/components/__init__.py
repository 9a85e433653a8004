"""Elements that Streamlit does not have: live charts, inline pictures, a drawing pad, a link to copy, and safe
words."""
