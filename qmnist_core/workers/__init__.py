"""Who does the pieces of a study or a training: this thread, one other process, or the machines of a cluster.

A piece is a generator function's work, of seconds or less; what it yields comes out as it comes, the same from all
three. `Here` does the pieces in the thread that asks, `Process` in a process that is started for it, so that
TensorFlow is never in this one, and shares no interpreter with it. They import each other in this order only:
`protocol`, the ways to do it, `together`, which makes one computation of many pieces.
"""

from __future__ import annotations

from qmnist_core.workers.here import Here
from qmnist_core.workers.process import Process, tensorflow
from qmnist_core.workers.protocol import Do, Piece, Workers, answers

__all__ = ["Do", "Here", "Piece", "Process", "Workers", "answers", "tensorflow"]
