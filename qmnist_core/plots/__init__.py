"""Figures: data in, plain dictionaries for plotly's script out (`style.Figure`). No files, no training."""
