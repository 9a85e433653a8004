"""Pages on data sets of one's own, degenerate ones among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st

from qmnist_core.arrays import Array

PAGES = ("home", "data", "circuit", "train", "compare", "computes")


@pytest.fixture(autouse=True)
def _other_data(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a server keeps is of its one data file."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def digits(labels: list[int], *shades: int) -> tuple[Array, Array]:
    """One image a label, the first ones all of one shade, the others at random."""
    images = np.random.default_rng(0).integers(0, 256, (len(labels), 28, 28), np.uint8)
    for image, shade in zip(images, shades, strict=False):
        image[:] = shade
    return images, np.array(labels, np.uint8)


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the server's data be these parts."""

    def served(train: tuple[Array, Array], test: tuple[Array, Array]) -> Path:
        file = tmp_path / "few.npz"
        np.savez(file, x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])
        monkeypatch.setenv("QMNIST_DATA", str(file))
        return file

    return served


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "labels", [[3, 6], [3, 6, 6, 6]], ids=["one image of each", "a digit that is left only as contradictory"]
)
def test_pages_work_on_hardly_any_images(serve: Any, open_page: Any, page: str, labels: list[int]) -> None:
    few = digits(labels, *((255, 255) if len(labels) > 2 else ()))
    serve(few, few)
    at = open_page(page)
    assert not at.error


@pytest.mark.parametrize("page", PAGES)
def test_pages_work_without_a_lit_pixel(serve: Any, open_page: Any, page: str) -> None:
    images, labels = digits([3, 6, 3, 6], 255, 255, 0, 0)
    images[:2, 3::7, 3::7] = 0  # lit only where nobody looks
    serve((images, labels), (images, labels))
    assert not open_page(page, contradictions="keep").error


@pytest.mark.parametrize("page", PAGES)
def test_pages_say_that_all_images_are_contradictory(serve: Any, open_page: Any, page: str) -> None:
    alike = digits([3, 6], 255, 255)
    serve(alike, alike)
    said = [error.value for error in open_page(page).error]
    (sentence,) = said
    assert "no training image is left" in sentence


@pytest.mark.parametrize("page", PAGES)
def test_pages_say_what_is_wrong_with_the_servers_data(serve: Any, open_page: Any, page: str) -> None:
    serve(digits([3, 6], 1, 1), digits([3, 6], 1, 1)).write_text("no data")
    said = [error.value for error in open_page(page).error]
    (sentence,) = said
    assert "a file of another kind, not an" in sentence
