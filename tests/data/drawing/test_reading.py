from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import time
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from qmnist_core.arrays import Gray
from qmnist_core.data.drawing import as_mnist, read_image, reading
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import BlankError, InputError


@pytest.fixture
def digit(mnist: Mnist) -> Gray:
    three: Gray = mnist.x_test[np.flatnonzero(mnist.y_test == 3)[0]]
    return three


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1", "P", "I;16"])
def test_png_files_of_every_mode(tmp_path: Path, digit: Gray, mode: str) -> None:
    picture = Image.fromarray(digit)
    picture = Image.fromarray(digit.astype(np.uint16) * 257) if mode == "I;16" else picture.convert(mode)
    picture.save(tmp_path / "digit.png")
    found = as_mnist(read_image(tmp_path / "digit.png"))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.9


def test_jpeg_files_and_transparency(tmp_path: Path, digit: Gray) -> None:
    Image.fromarray(255 - digit).resize((280, 280)).save(tmp_path / "digit.jpg")
    found = as_mnist(read_image(tmp_path / "digit.jpg"))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95
    clear = np.zeros((28, 28, 4), np.uint8)
    clear[..., 3] = digit  # black ink on a transparent ground
    Image.fromarray(clear).save(tmp_path / "clear.png")
    np.testing.assert_allclose(as_mnist(read_image(tmp_path / "clear.png")), digit, atol=1)
    clear[..., :3] = 255  # white ink
    Image.fromarray(clear).save(tmp_path / "white.png")
    np.testing.assert_allclose(as_mnist(read_image(tmp_path / "white.png")), digit, atol=1)


def png(picture: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def jpeg(picture: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=95, **options)
    return file.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A one-pixel PNG whose header tells of another size."""
    honest = png(Image.new("L", (1, 1)))
    header = b"IHDR" + struct.pack(">II", width, height) + honest[24:29]
    return honest[:12] + header + struct.pack(">I", zlib.crc32(header)) + honest[33:]


def test_a_path_and_bytes_are_the_same(tmp_path: Path, digit: Gray) -> None:
    data = png(Image.fromarray(digit))
    (tmp_path / "digit.png").write_bytes(data)
    for source in (tmp_path / "digit.png", str(tmp_path / "digit.png"), data):
        np.testing.assert_array_equal(read_image(source), digit / 255.0)


def test_a_photograph_turned_by_its_exif_tag_is_put_upright(digit: Gray) -> None:
    large = Image.fromarray(digit).resize((280, 280))
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90° clockwise to see it upright"
    found = as_mnist(read_image(jpeg(large.rotate(90), exif=exif)))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95


def test_a_jpeg_for_printing(digit: Gray) -> None:
    found = as_mnist(read_image(jpeg(Image.fromarray(digit).resize((280, 280)).convert("RGB").convert("CMYK"))))
    assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95


def test_a_palette_with_a_transparent_colour(digit: Gray) -> None:
    picture = Image.fromarray((digit > 127).astype(np.uint8), "P")
    picture.putpalette([255, 0, 255, 0, 0, 0])  # 0, the ground, is transparent; 1, the ink, is black
    found = as_mnist(read_image(png(picture, transparency=0)))
    np.testing.assert_array_equal(found > 127, digit > 127)


def test_a_16_bit_picture(digit: Gray) -> None:
    found = read_image(png(Image.fromarray(digit.astype(np.uint16) * 257)))
    np.testing.assert_allclose(found, digit / 255.0, rtol=0, atol=1e-12)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_fewer_bits_in_a_file_of_16(digit: Gray, bits: int) -> None:
    levels = np.rint(digit / 255.0 * (2**bits - 1)).astype(np.uint16)
    np.testing.assert_allclose(read_image(png(Image.fromarray(levels))), digit / 255.0, atol=1e-3)


def test_a_dark_picture_uses_the_whole_scale(digit: Gray) -> None:
    """Of colours of 16 bits Pillow keeps the upper 8, which are 4 where a camera has 12."""
    found = read_image(png(Image.fromarray(digit // 16).convert("RGB")))
    np.testing.assert_allclose(found, digit // 16 / 15)


def test_of_an_animation_the_first_frame(digit: Gray) -> None:
    frames = [Image.fromarray(digit), Image.fromarray(255 - digit)]
    found = read_image(png(frames[0], save_all=True, append_images=frames[1:], duration=100))
    np.testing.assert_array_equal(found, digit / 255.0)


def test_a_picture_that_is_all_transparent_shows_no_digit(digit: Gray) -> None:
    clear = np.dstack([digit, digit, digit, np.zeros_like(digit)])
    with pytest.raises(BlankError, match="shows no digit"):
        as_mnist(read_image(png(Image.fromarray(clear))))


@pytest.mark.parametrize("size", [(6_000, 11_000), (12_001, 8), (1, 25_000_000), (100_000, 100_000)])
def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "huge.png").write_bytes(png_that_claims(*size))
    for source, name in ((tmp_path / "huge.png", "huge.png"), (png_that_claims(*size), "the picture")):
        with pytest.raises(InputError, match=f"{name} has {size[0]}×{size[1]} pixels: shrink the picture, 1,000"):
            read_image(source)


def test_a_large_picture_is_shrunk_while_it_is_read(digit: Gray) -> None:
    large = Image.fromarray(255 - digit).resize((3_000, 4_000))
    expected = as_mnist(np.asarray(large.resize((300, 400))) / 255.0)
    clear = Image.merge("LA", (Image.new("L", large.size), large.point(lambda level: 255 - level)))
    for data in (png(large), jpeg(large), jpeg(large, progressive=True), jpeg(large.convert("RGB")), png(clear)):
        found = read_image(data)
        assert found.size <= 400_000
        assert found.shape[0] / found.shape[1] == pytest.approx(4 / 3, rel=0.01)
        assert np.corrcoef(as_mnist(found).ravel(), expected.ravel())[0, 1] > 0.95


@pytest.mark.parametrize(("scans", "allowed"), [({}, True), ({"progressive": True}, False)])
def test_only_a_jpeg_that_is_decoded_line_by_line_may_be_very_large(scans: dict[str, bool], allowed: bool) -> None:
    data = jpeg(Image.new("RGB", (8_000, 6_000), "white"), subsampling=0, **scans)
    if allowed:
        assert read_image(data).size <= 400_000
    else:
        with pytest.raises(InputError, match="has 8000×6000 pixels"):
            read_image(data)


def test_a_jpeg_with_a_scan_for_each_colour_counts_as_one_in_scans() -> None:
    """The same holds for the older kind, which is not called progressive."""
    whole = jpeg(Image.new("RGB", (8, 8), "white"))
    at = whole.index(b"\xff\xda")
    first_only = whole[:at] + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + whole[at + 14 :]
    bounds = []
    for data in (whole, first_only):
        with JpegImageFile(BytesIO(data)) as image:
            bounds.append(reading._bytes_a_pixel(image, data))
    assert bounds == [0, 3]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunks(*chunks: bytes) -> bytes:
    """A PNG that says more than its pixels."""
    data = png(Image.new("L", (100, 100), 200))
    return data[:33] + b"".join(chunks) + data[33:]


def with_scans(number: int) -> bytes:
    """A progressive JPEG of 25 million pixels, its last scan repeated until it has so many."""
    data = jpeg(Image.new("L", (5_000, 5_000), "white"), progressive=True)
    end = data.rindex(b"\xff\xd9")
    last = data[data.rindex(reading.SCAN) : end]
    return data[:end] + last * (number - data.count(reading.SCAN)) + data[end:]


HOSTILE = {
    "a column": lambda: png(Image.new("L", (1, 25_000_000), 200)),
    "5000×5000 with colours": lambda: png(Image.new("RGBA", (5_000, 5_000), (200, 200, 200, 128))),
    "5000×5000 in gray": lambda: png(Image.new("L", (5_000, 5_000), 200)),
    "4000×4000 with colours": lambda: png(Image.new("RGBA", (4_000, 4_000), (200, 200, 200, 128))),
    "5000×5000 with 16 bits": lambda: png(Image.fromarray(np.full((5_000, 5_000), 3_000, np.uint16))),
    "12000×12000": lambda: jpeg(Image.new("RGB", (12_000, 12_000), "gray")),
    "grain": lambda: jpeg(grain(3_000, 3_500), subsampling=0),
    "progressive grain": lambda: jpeg(grain(3_000, 3_500), subsampling=0, progressive=True),
    "scans without end": lambda: with_scans(2_000),
    "as many scans as are read": lambda: with_scans(reading.MAX_SCANS),
    "long text": lambda: with_chunks(chunk(b"tEXt", b"a\0" + bytes(200_000_000))),
    "packed text": lambda: with_chunks(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(500_000_000)))),
    "packed colours": lambda: with_chunks(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(500_000_000)))),
    "chunks without end": lambda: with_chunks(chunk(b"abCd", b"") * 2_000_000),
    "an animation": lambda: animation(),
}


def grain(height: int, width: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))


def animation() -> bytes:
    frames = [Image.new("RGB", (3_000, 3_000), (level, 0, 0)) for level in range(3)]
    return png(frames[0], save_all=True, append_images=frames[1:])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone tells the most a process has held")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_picture_takes_more_than_150_mb_and_a_second(name: str, tmp_path: Path) -> None:
    """In a process of its own, all it has included; the seconds are the processor's, so that others do not count."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImageFile, "MAXBLOCK", 2**27)
        (tmp_path / "hostile").write_bytes(HOSTILE[name]())
    program = r"""
import re, sys, time
from pathlib import Path
import numpy, scipy.ndimage, PIL.Image
from qmnist_core.data.drawing import as_mnist, read_image
from qmnist_core.errors import InputError
start = time.process_time()
try:
    as_mnist(read_image(sys.argv[1]))
except InputError as error:
    print(error)
print(time.process_time() - start, re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "hostile")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    seconds, memory = done.stdout.splitlines()[-1].split()
    assert float(memory) * 1024 < 165e6, done.stdout
    assert float(seconds) < 2.0, done.stdout


def test_a_jpeg_with_more_scans_than_any_program_makes_is_refused_before_it_is_decoded() -> None:
    data = with_scans(2_000)
    start = time.thread_time()
    with pytest.raises(InputError, match="the picture comes in more than 40 scans, one over the other: save or export"):
        read_image(data)
    assert time.thread_time() - start < 1.0
    assert read_image(with_scans(reading.MAX_SCANS)).size <= 400_000


def gif() -> bytes:
    file = BytesIO()
    Image.new("L", (40, 40)).save(file, "GIF")
    return file.getvalue()


OTHER = {
    b"\0\0\0\x18ftypheic\0\0\0\0": "is a HEIC picture, as iPhones take them: share it as JPEG, or choose Settings",
    b"\0\0\0\x18ftypmif1\0\0\0\0": "is a HEIC picture",
    b"\0\0\0\x18ftypavif\0\0\0\0": "is an AVIF picture: save or export it as PNG or JPEG",
    b"\0\0\0\x18ftypcrx \0\0\0\1": "is a camera's raw picture: save or export it",
    b"\0\0\0\x18ftypqt  \0\0\0\0": "is a video: take a screenshot of the digit",
    b"RIFF\x24\0\0\0WEBPVP8 ": "is a WebP picture: save or export it",
    b"BM\x36\0\0\0": "is a BMP picture",
    b"II*\0\x08\0\0\0": "is a TIFF picture or a camera's raw one",
    b"MM\0*\0\0\0\x08": "is a TIFF picture or a camera's raw one",
    b"%PDF-1.7\n": "is a PDF document: take a screenshot of the digit",
    b'<?xml version="1.0"?>\n<svg>': "is an SVG drawing or another XML file: take a screenshot",
    b"\n<svg xmlns='http://www.w3.org/2000/svg'>": "is an SVG drawing",
    b"PK\x03\x04\x14\0": "is a ZIP archive or an office document",
    b"\0\0\x01\0\x01\0": "is an icon",
    b"8BPS\0\x01": "is a Photoshop picture",
    b"\xff\x0a\xfa": "is a JPEG XL picture",
    gif(): "is a GIF picture: save or export it as PNG or JPEG, and use that",
    b"hello": "is not of a kind that can be read here: give a PNG or JPEG file",
    b"": "is an empty file: give a PNG or JPEG file",
}


@pytest.mark.parametrize("content", OTHER)
def test_other_kinds_of_files_are_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "digit.png").write_bytes(content)
    with pytest.raises(InputError, match=f"digit.png {re.escape(OTHER[content])}"):
        read_image(tmp_path / "digit.png")
    with pytest.raises(InputError, match=f"^the picture {re.escape(OTHER[content])}"):
        read_image(content)


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8))
WHOLE = png(NOISE)
BROKEN = {
    "cut": WHOLE[:-300],
    "damaged": WHOLE[:200] + bytes(50) + WHOLE[250:],
    "magic only": WHOLE[:8],
    "no data": WHOLE[:33],
    "cut jpeg": jpeg(NOISE)[:400],
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_damaged_picture_is_one_clear_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match=r"^the picture is damaged or cut short: save the picture again"):
        read_image(content)


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    with open(tmp_path / "long.png", "wb") as file:
        file.write(WHOLE)
        file.truncate(10**10)  # nearly all of it a hole
    with pytest.raises(InputError, match=r"long\.png has more than 25 MB: shrink the picture"):
        read_image(tmp_path / "long.png")


def test_a_missing_file_a_folder_a_pipe_and_a_device_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no image .*none\.png: give the path of a PNG or JPEG file"):
        read_image(tmp_path / "none.png")
    with pytest.raises(InputError, match="is a folder: give the path of a PNG or JPEG file"):
        read_image(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")  # opening it would wait for ever
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        with pytest.raises(InputError, match=f"{path} is no ordinary file: give the path of a PNG or JPEG file"):
            read_image(path)
    with pytest.raises(InputError, match=r"cannot be opened \(File name too long\): give the path"):
        read_image("a" * 300)


def with_valid_checksums(content: bytes) -> bytes:
    """A PNG's chunks with correct checksums, so that damage gets further than these; anything else as it is."""
    if content[:8] != WHOLE[:8]:
        return content
    out, at = content[:8], 8
    while at + 12 <= len(content):
        end = at + 8 + struct.unpack(">I", content[at : at + 4])[0]
        out += content[at:end] + struct.pack(">I", zlib.crc32(content[at + 4 : end]))
        at = end + 4
    return out


SEEDS = [WHOLE, jpeg(NOISE), png(Image.new("P", (9, 9)), transparency=0)]


@settings(deadline=None, max_examples=300)
@given(
    seed=st.sampled_from(SEEDS),
    start=st.integers(0, 400),
    patch=st.binary(max_size=20),
    length=st.integers(0, 2_000),
    tail=st.binary(max_size=60),
)
def test_no_bytes_at_all_break_the_reader(seed: bytes, start: int, patch: bytes, length: int, tail: bytes) -> None:
    content = (seed[:start] + patch + seed[start + len(patch) :])[:length] + tail
    try:
        digit = as_mnist(read_image(with_valid_checksums(content)))
    except InputError:
        return
    assert (digit.shape, digit.dtype) == ((28, 28), np.dtype(np.uint8))
