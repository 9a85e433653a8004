"""Who does the pieces of a study or a training: this thread, one other process, or the machines of a cluster.

A piece is what a generator function does, in seconds or less; what it yields comes out as it comes, the same from all
three. `Here` does the pieces in the thread that asks; `Process` in a process that is started for it, so that TensorFlow
is never in this one and shares no interpreter with it; `Cluster` on Dask, where QMNIST_CLUSTER names a scheduler.
`parts` makes one computation of a study's pieces. They import each other in this order only.
"""

from __future__ import annotations

from qmnist_core.workers.cluster import Cluster, chosen
from qmnist_core.workers.here import Here
from qmnist_core.workers.parts import Part, cut, together
from qmnist_core.workers.process import Process, tensorflow
from qmnist_core.workers.protocol import Do, Piece, Workers, answers, without_keeping

__all__ = [
    "Cluster",
    "Do",
    "Here",
    "Part",
    "Piece",
    "Process",
    "Workers",
    "answers",
    "chosen",
    "cut",
    "tensorflow",
    "together",
    "without_keeping",
]
