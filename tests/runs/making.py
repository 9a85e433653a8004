"""Small trainings, and archives that nobody would pack here."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.training.events import Step
from qmnist_core.training.loop import Training
from tests.data.packing import zipped

FILES = ["config.json", "history.csv", "metrics.json", "weights.npz"]


def trained(mnist: Mnist, model: str = "qnn", stop_after: int | None = None, **changes: Any) -> Training:
    settings = {"data": DataConfig(n_examples=100), "epochs": 2, **changes}
    training = Training(Experiment.tutorial(model, **settings), mnist)
    for event in training:
        if isinstance(event, Step) and event.step == stop_after:
            training.stop()
    return training


def compressed(**arrays: Array) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def encrypted(packed: bytes) -> bytes:
    """With every entry marked as encrypted, in the archive's table and before the entry."""
    marked = bytearray(packed)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := packed.find(signature, at + 1)) >= 0:
            marked[at + offset] |= 1
    return bytes(marked)


def stored_table(n_entries: int) -> bytes:
    """A ZIP file whose table lists so many entries, all of them the one empty file that it holds."""
    packed = zipped({"x.npy": b""}, zipfile.ZIP_STORED)
    table, end = packed.index(b"PK\x01\x02"), packed.index(b"PK\x05\x06")
    entries = packed[table:end] * n_entries
    counts = min(n_entries, 0xFFFF).to_bytes(2, "little") * 2
    places = len(entries).to_bytes(4, "little") + table.to_bytes(4, "little")
    return packed[:table] + entries + packed[end : end + 8] + counts + places + packed[end + 20 :]


def streamed(files: dict[str, bytes]) -> bytes:
    """Packed by somebody who cannot go back in the file and does not know the sizes: they come after each entry."""

    class Stream(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> int:
            self.written += bytes(content)
            return len(content)

    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(content)
    return out.written


def deflate64(packed: bytes) -> bytes:
    """With every entry marked as packed in the way that Windows uses for very large files."""
    marked = bytearray(packed)
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = -1
        while (at := packed.find(signature, at + 1)) >= 0:
            marked[at + offset] = 9
    return bytes(marked)
