"""The visitor's own digit: drawn on the pad, kept in the session and written into the address; or a picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from qmnist_core.address.views import DRAWN
from qmnist_core.arrays import Array, Gray, Ink
from qmnist_core.data.drawing import MAX_BYTES, as_mnist, centred, packed_digit, read_image, unpacked_digit
from qmnist_core.data.labelled import contained
from qmnist_core.errors import BlankError, InputError
from qmnist_core.look.text import with_article
from qmnist_core.ui.components.pad import PAD_PIXELS, drawing_pad, unpack_pixels
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.session import Drawing, Upload, session

WIDTH = 280
"""Of the digit that is read, at most, in pixels."""


@dataclass(frozen=True)
class Digit:
    """What is to be read."""

    image: Gray | None = None
    """uint8 (28, 28), as MNIST has it; None where there is nothing to classify."""
    problem: str = ""
    """Shown where there is something that cannot be classified."""
    short: str = "waits for an image"
    """The same in a few words, for each network."""
    truth: str | int | None = None
    """The class it is, where that is known."""


def refused(text: str) -> Digit:
    return Digit(problem=f"{text[0].upper()}{text[1:]}.", short="not classified")


def own_digit() -> Digit:
    """What is drawn, which the address has, too."""
    _take_from_link()
    drawing = session().drawing or Drawing(None, None)
    if drawing.image is None:
        session().view.pop(DRAWN.key, None)
    else:
        session().view[DRAWN.key] = DRAWN.write(packed_digit(drawing.image))
    state.write_address()  # of a fragment's run, too
    return refused(drawing.refusal) if drawing.refusal else Digit(drawing.image)


def show_pad(key: str, names: Sequence[str | int], is_small: bool = False) -> None:
    """The pad with `own_digit` on it. names: of what may be drawn, two classes or all digits."""
    now = session()
    drawing_pad(
        f"{key}-{now.pads}" if now.pads else key,
        now.drawing.strokes if now.drawing else None,
        now.view.get(DRAWN.key),
        f"Draw {with_article(names[0])} or {with_article(names[1])} here" if len(names) == 2 else "Draw any digit here",
        _draw,
        "small" if is_small else "usual",
    )


def uploaded_digit(key: str, data: str | None) -> Digit:
    """A field for a file, and the picture that came last; the session keeps it. data: the data set it is read for."""
    st.file_uploader(
        f"A picture of one {state.noun(data)}: PNG or JPEG, up to {MAX_BYTES // 1_000_000} MB",
        key=key,
        on_change=_read_upload,
        args=(key, data),
    )
    upload = session().upload
    if upload is None:
        return Digit()
    if upload.gray is not None:
        width = min(upload.gray.shape[1], WIDTH)
        st.image(upload.gray, width=width, alt="The uploaded picture in shades of gray")
    return refused(upload.refusal) if upload.refusal else Digit(upload.digit)


def leave_drawing() -> None:
    """The page shows something else: the session keeps the drawing, the address does not."""
    if session().view.pop(DRAWN.key, None) is not None:
        state.write_address()


def read_strokes(sent: dict[str, str]) -> Drawing:
    """What the pad sends."""
    try:
        return Drawing(sent["strokes"], centred(unpack_pixels(sent["pixels"])))
    except BlankError:
        return Drawing(sent["strokes"], None)
    except InputError as error:
        return Drawing(sent["strokes"], None, str(error))


def _draw(sent: dict[str, str]) -> None:
    now = session()
    now.drawing = read_strokes(sent)
    now.moved = True
    now.problems = []
    if now.drawing.image is not None:
        now.drawings.add(packed_digit(now.drawing.image))


def _take_from_link() -> None:
    """Put the drawing that an address brought onto a new pad."""
    now, asked = session(), seen(DRAWN)
    if asked is None or asked in now.drawings:
        return
    shown = None if now.drawing is None else now.drawing.image
    if shown is None or packed_digit(shown) != asked:
        now.drawing = Drawing(None, unpacked_digit(asked))
        now.pads += 1


def _read_upload(key: str, data: str | None) -> None:
    """Take over the file just given, or forget the last one. A digit is looked for in it; for data whose classes have
    names the picture is taken whole, as those of labelled folders are."""
    file = st.session_state[key]
    if file is None:
        session().upload = None
        return
    gray = None
    try:
        full = read_image(file.getvalue())
        gray = _at_most(full, PAD_PIXELS)
        session().upload = Upload(gray, as_mnist(full) if state.is_drawn(data) else contained(full))
    except InputError as error:
        session().upload = Upload(gray, None, str(error))


def _at_most(gray: Ink, side: int) -> Array:
    """A gray picture, float (height, width) in [0, 1], as uint8 of at most side×side."""
    from PIL import Image

    image = Image.fromarray(np.rint(gray * 255).astype(np.uint8))
    image.thumbnail((side, side))
    return np.asarray(image)
