"""Read a picture's file within bounds of memory and time, whatever the file is."""

from __future__ import annotations

import math
import os
import re
import stat
import threading
import time
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from qmnist_core.arrays import Ink, Reals
from qmnist_core.data.drawing.ink import MIN_CONTRAST
from qmnist_core.errors import InputError

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

MAX_BYTES = 25_000_000
MAX_SIDE = 12_000
MAX_DECODED = 64_000_000
"""Bytes in memory of a picture that cannot be shrunk while it is decoded."""
MAX_SECONDS = 1.0
"""Seconds of computing for one picture's file, beyond which reading stops."""
MAX_SCANS = 40
"""Of a JPEG that comes in several, each over all of its pixels: Pillow makes 6 in gray and 10 in colours."""
KEPT_PIXELS = 400_000
"""A larger picture is shrunk while it is read: enough for a digit of a tenth of its height."""
STRIP_PIXELS = 500_000
"""What is shrunk at once."""
SCAN = b"\xff\xda"
"""The marker a JPEG's scan begins with."""

SHRINK = "shrink the picture, 1,000 pixels per side are enough"
AS_PNG = "save or export it as PNG or JPEG, and use that"
AS_SCREENSHOT = "take a screenshot of the digit, and use that"
OTHER_KINDS = (
    (
        rb".{4}ftyp(hei|hev|mif1|msf1)",
        "a HEIC picture, as iPhones take them",
        "share it as JPEG, or choose Settings, Camera, Formats, Most Compatible and take it again",
    ),
    (rb".{4}ftypavi[fs]", "an AVIF picture", AS_PNG),
    (rb".{4}ftypcrx |FUJIFILMCCD-RAW|IIRO|IIU\0", "a camera's raw picture", AS_PNG),
    (rb".{4}ftyp", "a video", AS_SCREENSHOT),
    (rb"GIF8", "a GIF picture", AS_PNG),
    (rb"RIFF.{4}WEBP", "a WebP picture", AS_PNG),
    (rb"BM", "a BMP picture", AS_PNG),
    (rb"II[*+]\0|MM\0[*+]", "a TIFF picture or a camera's raw one", AS_PNG),
    (rb"\0\0\0\x0cjP  |\xffO\xffQ", "a JPEG 2000 picture", AS_PNG),
    (rb"\0\0\0\x0cJXL |\xff\x0a", "a JPEG XL picture", AS_PNG),
    (rb"8BPS", "a Photoshop picture", AS_PNG),
    (rb"\0\0[\x01\x02]\0", "an icon", AS_PNG),
    (rb"%PDF", "a PDF document", AS_SCREENSHOT),
    (rb"(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)", "an SVG drawing or another XML file", AS_SCREENSHOT),
    (rb"PK\x03\x04", "a ZIP archive or an office document", AS_SCREENSHOT),
)
"""How the file begins, what it is, and what to do."""

_one_at_a_time = threading.Lock()


class _Impatient(BytesIO):
    """A file that raises an error once reading it has taken too long."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._end = time.thread_time() + MAX_SECONDS

    def read(self, size: int | None = -1) -> bytes:
        if time.thread_time() > self._end:
            raise TimeoutError
        return super().read(size)


def read_image(source: str | os.PathLike[str] | bytes) -> Ink:
    """Gray values of a PNG or JPEG picture: float64 (height, width), 0 black to 1 white. Transparent parts are
    white, or black where the ink itself is white; of an animation the first frame; large ones are shrunk.

    source: a file's path or its bytes.
    Errors: InputError for anything that is not a readable picture, or too large a one.
    """
    data, name = (source, "the picture") if isinstance(source, bytes) else (_file(source), os.fspath(source))
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} has more than {MAX_BYTES // 1_000_000} MB: {SHRINK}")
    with _one_at_a_time:
        return _decoded(data, name)


def _file(path: str | os.PathLike[str]) -> bytes:
    """What is in a file, up to one byte more than is read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for its other end
            kind = "a folder" if os.path.isdir(path) else "no ordinary file"
            raise InputError(f"{os.fspath(path)} is {kind}: give the path of a PNG or JPEG file")
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"there is no image {os.fspath(path)}: give the path of a PNG or JPEG file") from None
    except OSError as error:
        reason = f"{os.fspath(path)} cannot be opened ({error.strerror})"
        raise InputError(f"{reason}: give the path of a PNG or JPEG file") from None


def _decoded(data: bytes, name: str) -> Ink:
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise InputError(f"{name} is {_kind(data)}")
    try:
        with (PngImageFile if data[0] == 0x89 else JpegImageFile)(_Impatient(data)) as image:
            image.decodermaxblock = 4096  # so that a slow file is left soon
            return _gray(image, data, name)
    except InputError:
        raise
    except TimeoutError:
        raise InputError(f"{name} takes too long to read: {SHRINK}") from None
    except Exception:  # Damaged pictures make the decoders raise nearly anything.
        raise InputError(f"{name} is damaged or cut short: save the picture again, as PNG or JPEG") from None


def _kind(data: bytes) -> str:
    """What kind of file it is, if neither PNG nor JPEG, and what to do."""
    if not data:
        return "an empty file: give a PNG or JPEG file"
    for start, kind, advice in OTHER_KINDS:
        if re.match(start, data[:100], re.DOTALL):
            return f"{kind}: {advice}"
    return "not of a kind that can be read here: give a PNG or JPEG file"


def _gray(image: ImageFile, data: bytes, name: str) -> Ink:
    """Shrink while decoding, as far as the kind of file allows, and put upright."""
    from PIL import Image, ImageOps
    from PIL.JpegImagePlugin import JpegImageFile

    width, height = image.size
    bytes_a_pixel = _bytes_a_pixel(image, data)
    if max(width, height) > MAX_SIDE or width * height * bytes_a_pixel > MAX_DECODED:
        raise InputError(f"{name} has {width}×{height} pixels: {SHRINK}")
    if isinstance(image, JpegImageFile) and bytes_a_pixel and data.count(SCAN) > MAX_SCANS:
        raise InputError(f"{name} comes in more than {MAX_SCANS} scans, one over the other: {AS_PNG}")
    factor = _factor(image)
    image.draft("L", (width // factor, height // factor))  # JPEG: to a half, a quarter or an eighth of each side
    image.load()
    width, height = image.size
    factor = _factor(image)
    mode = "F" if image.mode.startswith("I") else "RGBA"
    small = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
    strip = factor * max(1, STRIP_PIXELS // (width * factor))
    for top in range(0, height, strip):
        part = image.crop((0, top, width, min(top + strip, height))).convert(mode)
        small.paste(part.reduce(factor), (0, top // factor))
    small.info = image.info  # with the EXIF tag that says how the camera was held
    upright = ImageOps.exif_transpose(small)
    if mode == "F":
        return _on_full_scale(np.asarray(upright, dtype=np.float64))
    on_white = _on_ground(upright, "white")
    return on_white if np.ptp(on_white) >= MIN_CONTRAST else _on_ground(upright, "black")


def _bytes_a_pixel(image: ImageFile, data: bytes) -> float:
    """What decoding needs: a PNG is decoded whole; so are all components of a JPEG that comes in several scans, and
    any other JPEG goes line by line."""
    from PIL.JpegImagePlugin import JpegImageFile

    if not isinstance(image, JpegImageFile):
        return {"1": 1, "L": 1, "P": 1, "I;16": 2}.get(image.mode, 4)
    assert image.fp is not None
    first_scan = data.rfind(SCAN, 0, image.fp.tell())
    if "progressive" not in image.info and data[first_scan + 4] == len(image.layer):
        return 0
    _, across, down, _ = np.array(image.layer).T  # how finely each component is sampled
    return 2 * float((across * down).sum()) / float(across.max() * down.max())


def _factor(image: ImageFile) -> int:
    """By how much to shrink each side."""
    return math.ceil(math.sqrt(image.width * image.height / KEPT_PIXELS))


def _on_ground(image: Image.Image, colour: str) -> Ink:
    from PIL import Image

    flat = Image.alpha_composite(Image.new("RGBA", image.size, colour), image)
    return _on_full_scale(np.asarray(flat.convert("L"), dtype=np.float64))


def _on_full_scale(levels: Reals) -> Ink:
    """Levels as gray values in [0, 1]: white is the highest level of as many bits as they need, since cameras and
    scanners keep 10 or 12 bits in files of 16."""
    shades: Ink = levels / max(15, 2 ** math.ceil(math.log2(levels.max() + 1)) - 1)
    return shades
