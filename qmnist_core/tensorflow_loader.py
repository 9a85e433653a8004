"""Load TensorFlow and TensorFlow Quantum when, and only when, they are needed; say why when they are missing."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from qmnist_core.cores import spread
from qmnist_core.errors import UnavailableError, check_choice


def load_keras() -> tuple[ModuleType, ModuleType]:
    """TensorFlow and Keras 2 (tf_keras), which TFQ's layers need.

    Errors: UnavailableError where TensorFlow is not installed.
    """
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with _quiet_start(), spread():
            import tensorflow
            import tf_keras

            tensorflow.constant(0.0)  # starts its threads
        tensorflow.get_logger().setLevel("ERROR")
    except Exception as error:  # a native library that does not fit raises errors of many kinds
        raise UnavailableError(
            f"the classical networks and the tfq backend need TensorFlow, which cannot be loaded here ({error}): "
            "install requirements.txt (Macs with Intel processors have no TensorFlow); "
            "the QNN on the exact backend and logistic regression work without it"
        ) from None
    return tensorflow, tf_keras


def load_tfq() -> ModuleType:
    """TensorFlow Quantum.

    Errors: UnavailableError, with the systems it exists on, where it is not installed.
    """
    tensorflow, _ = load_keras()
    if getattr(tensorflow.keras, "__version__", "2").startswith("3"):
        raise UnavailableError(
            "the tfq backend needs Keras 2, and TensorFlow was loaded with Keras 3 before this package could choose: "
            "set the environment variable TF_USE_LEGACY_KERAS=1 and start again"
        )
    try:
        import tensorflow_quantum
    except Exception as error:
        raise UnavailableError(
            f"the tfq backend needs TensorFlow Quantum, which cannot be loaded here ({error}): it exists only for "
            "Linux on x86-64 with Python 3.10 to 3.12; use the exact backend, which gives the same numbers"
        ) from None
    loaded: ModuleType = tensorflow_quantum
    return loaded


@cache
def why_missing(package: str) -> str | None:
    """Why "keras" or "tfq" is not there, or None where it is installed; loads nothing."""
    check_choice("package", package, ("keras", "tfq"))
    if importlib.util.find_spec("tensorflow") is None:
        return "TensorFlow is not installed; Macs with Intel processors have none"
    if package == "tfq" and importlib.util.find_spec("tensorflow_quantum") is None:
        return "TensorFlow Quantum is not installed; it exists only for Linux on x86-64 with Python 3.10 to 3.12"
    return None


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Keep TensorFlow's native libraries from writing warnings about absent GPUs to stderr while they load."""
    if "tensorflow" in sys.modules:
        yield
        return
    saved = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
