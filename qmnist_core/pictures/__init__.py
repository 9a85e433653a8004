"""Standalone SVG pictures of images, circuits and readouts: arrays in, text out."""
