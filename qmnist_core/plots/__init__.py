"""Figures: data in, `plotly.graph_objects.Figure` out. No files, no training."""
