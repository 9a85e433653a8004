"""Names for arrays, by what they hold. The element's type is checked; the shape is for the reader.

n_pixels counts row by row: pixel i is (i // size, i % size).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""Of whatever shape and type its docstring says."""
Exponents = NDArray[np.float64]
"""(n_layers, n_pixels), half-turns."""
Bits = NDArray[Any]
"""(n, n_pixels) or one image's (n_pixels,), each 0 or 1, of any type."""
Images = NDArray[Any]
"""(n, side, side): uint8 from 0 to 255 as in MNIST's file, float32 from 0 to 1 afterwards."""
Gray = NDArray[Any]
"""One of them, (side, side)."""
Labels = NDArray[np.bool_]
"""(n,), True for the first digit."""
Targets = NDArray[np.float64]
"""(n,), +1 for the first digit, −1 for the second."""
Scores = NDArray[np.float64]
"""(n,): ⟨Z⟩ or a classical network's logit of each image; above 0 says the first digit."""
