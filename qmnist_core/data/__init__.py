"""Data: MNIST and its relatives, from files as they are published to the bits that a network reads."""
