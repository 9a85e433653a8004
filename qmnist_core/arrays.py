"""Names for arrays, by what they hold. The element's type is checked; the shape is for the reader.

n_pixels counts row by row: pixel i is (i // size, i % size).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""Of the shape and type that the docstring gives."""
Reals = NDArray[np.float64]
"""Real numbers of whatever shape the docstring says."""
Complexes = NDArray[np.complex128]
"""Complex numbers, likewise."""
Numbers = NDArray[np.int_]
"""Whole numbers, such as how many there are of each."""
Indices = NDArray[np.int_]
"""Places along another array's axis."""
Flags = NDArray[np.bool_]
"""Yes or no for each."""
Exponents = NDArray[np.float64]
"""(n_layers, n_pixels), half-turns."""
Angles = NDArray[np.float64]
"""Radians."""
Bits = NDArray[Any]
"""(n, n_pixels) or one image's (n_pixels,), each 0 or 1, of any type."""
Inputs = NDArray[Any]
"""What a circuit reads: `Bits`, or for the angle encoding gray values from 0 to 1 in the same shape."""
Images = NDArray[Any]
"""(n, side, side): uint8 from 0 to 255 as in MNIST's file, float32 from 0 to 1 afterwards."""
Gray = NDArray[Any]
"""One of them, (side, side)."""
Ink = NDArray[np.float64]
"""A picture of any size, (height, width), from 0 to 1."""
Labels = NDArray[np.bool_]
"""(n,), True for the first digit."""
Targets = NDArray[np.float64]
"""(n,), +1 for the first digit, −1 for the second."""
Scores = NDArray[np.float64]
"""(n,): ⟨Z⟩ or a classical network's logit of each image; above 0 says the first digit."""
