"""From any picture of a digit, or a drawing, to an MNIST-like one: light ink on dark, 28×28, centred."""

from __future__ import annotations

from qmnist_core.data.drawing.mnist_form import as_mnist, centred, packed_digit, unpacked_digit
from qmnist_core.data.drawing.reading import MAX_BYTES, read_image

__all__ = ["MAX_BYTES", "as_mnist", "centred", "packed_digit", "read_image", "unpacked_digit"]
