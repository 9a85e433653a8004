"""Teach a quantum neural network to tell two handwritten digits apart, and check every number on the way.

Importing the package loads nothing heavy: TensorFlow, TensorFlow Quantum and Cirq are imported
inside the functions that need them.
"""

__version__ = "1.1.0"
