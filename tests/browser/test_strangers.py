"""Words of strangers, in every place that shows any: they are shown as they are written, and do nothing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FilePayload, Locator, expect

from qmnist_core.look.text import JOINER
from qmnist_core.ui.frame.site import UNLISTED
from tests.browser.server import ROOT, TITLES, Server, Visit, named, serving, tab_at, visit

PARTS = (
    "![x](http://evil.example/a.png) y",
    "http://evil.example/b ftp://evil.example",
    "www.evil.example/c",
    "you@evil.example",
    '<img src="http://evil.example/d.png"> <b>d</b> d',
    "[l](http://evil.example/e) z",
    "$x^2$ :material/bomb: :smile: :streamlit: e",
    ":red[r] **b** `c` _d_",
)
HOSTILE = " ".join(PARTS)
SHORT = "[l](//evil.example) www.evil.example <b>"

DOINGS = """() => {
  const found = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      for (const name of ["href", "xlink:href", "src", "srcset", "poster", "action"]) {
        const there = one.getAttribute(name);
        const leads = there && new URL(there, document.baseURI);
        if (leads && (/evil/.test(leads.host) || !/^(https?|data|blob):/.test(leads.protocol)))
          found.push(one.outerHTML.slice(0, 200));
      }
      if (one.matches(".katex, [data-testid=stIconMaterial]") && /x|bomb/.test(one.textContent)
          && !/^[a-z_0-9]*$/.test(one.textContent.replace("bomb", "!"))) found.push(one.outerHTML.slice(0, 200));
      if (one.matches("img[alt='Streamlit logo']")) found.push(one.outerHTML.slice(0, 200));
    }
  };
  look(document);
  if (/😄/.test(document.body.innerText)) found.push("an emoji");
  return found;
}"""
"""Links, pictures and scripts of strangers; formulas, icons and emoji that nobody here asked for."""


def expect_harmless(tab: Visit, place: Locator | None, *parts: str) -> None:
    """The parts are shown as they are written, and nothing on the page does what they say."""
    place = place or tab.page.get_by_test_id("stApp")
    for part in parts:
        for _ in range(300):
            said = place.first.inner_text().replace(JOINER, "").replace("\u00a0", " ")
            if part in said:
                break
            tab.page.wait_for_timeout(100)
        assert part in said
    assert tab.page.evaluate(DOINGS) == []


WITHOUT_DATA = ("ten", "atlas", "lessons", "class", *UNLISTED)
"""Pages that need no data before something is pressed, or only MNIST."""


def test_an_address(tab: Visit) -> None:
    half = len(PARTS) // 2
    tab.open("/lessons")
    main = tab.page.get_by_test_id("stMain")
    for page in TITLES:
        names, values = (PARTS[:half], PARTS[half:]) if len(page) % 2 else (PARTS[half:], PARTS[:half])
        said = {**dict.fromkeys(names, "1"), **dict(zip(("size", "digits", "layers", "init"), values, strict=True))}
        tab.come(page, {**said, "show-example": PARTS[6], "show-source": PARTS[7]})
        words = [f"The address says {name}={value}" for name, value in said.items()]
        expect_harmless(tab, main, *([] if page in UNLISTED else words))
        tab.come(page, {"show-lesson": PARTS[0], "show-only": PARTS[5], "class": PARTS[1]})
        words = [f"there is no lesson {PARTS[0]}", f"show-only={PARTS[5]}"]
        expect_harmless(tab, main, *([] if page in UNLISTED else words))


def packed(content: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return file.getvalue()


def upload(tab: Visit, name: str, content: bytes) -> None:
    given: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    tab.page.locator("input[type=file]").set_input_files(given)


def damaged_runs(good: bytes) -> Iterator[bytes]:
    """Runs with such words in the names of files, in keys, and in values."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    yield packed({HOSTILE: b""})
    yield packed({**parts, "config.json": json.dumps({**config, HOSTILE: 1})})
    for name in ("model", "init", "seed"):
        yield packed({**parts, "config.json": json.dumps({**config, name: HOSTILE})})
    yield packed({**parts, "metrics.json": json.dumps({HOSTILE: HOSTILE})})
    yield packed({**parts, "history.csv": f"{HOSTILE}\n1"})
    yield packed({**parts, "config.json": HOSTILE})


def test_a_saved_run_and_the_name_of_its_file(browser: Browser, server: Server, tmp_path: Path) -> None:
    with tab_at(browser, server) as tab:
        tab.open("/train?examples=100&epochs=1")
        with tab.page.expect_download() as download:
            tab.files().get_by_role("button", name=named("Run (ZIP)")).click()
        download.value.save_as(tmp_path / "run.zip")
        refused = tab.files().get_by_test_id("stAlert")
        for number, run in enumerate(damaged_runs((tmp_path / "run.zip").read_bytes())):
            name = f"{number} {HOSTILE}.zip".replace('"', "")  # which a browser's form would write as %22
            upload(tab, name, run)
            expect_harmless(tab, refused, f"{name} cannot be opened: ")


def test_the_name_of_a_picture(browser: Browser, server: Server) -> None:
    with tab_at(browser, server) as tab:
        tab.open("/draw?show-source=upload")
        upload(tab, f"{HOSTILE}.png", b"no picture")
        expect(tab.page.get_by_test_id("stMain")).to_contain_text("not of a kind that can be read here")
        expect_harmless(tab, None)


def test_the_name_that_a_student_gives_a_run(browser: Browser, server: Server) -> None:
    with tab_at(browser, server) as tab:
        tab.open("/train?examples=100&epochs=1")
        tab.button("Keep this run").click()
        tab.button("Kept: 1").click()
        name = tab.page.get_by_label("Name", exact=True)
        name.fill(SHORT)
        name.press("Enter")
        expect_harmless(tab, tab.page.locator(".st-key-train-curves .key"), SHORT)
        kept = tab.page.get_by_test_id("stPopoverBody").first
        if not kept.is_visible():
            tab.button("Kept: 1").click()
        kept.get_by_role("button", name=named("Save")).click()
        expect(tab.page.get_by_test_id("stPopoverBody").last).to_contain_text("Run (ZIP)")
        expect_harmless(tab, None)


def lessons(folder: Path) -> Path:
    """One that can be used, and some that cannot."""
    folder.mkdir()
    step = {
        "title": PARTS[0], "page": "data", "text": HOSTILE, "look": HOSTILE, "question": HOSTILE, "answer": HOSTILE,
    }  # fmt: skip
    asked = {**step, "choices": [PARTS[0], PARTS[4]], "right": PARTS[0]}
    lesson: dict[str, Any] = {"title": PARTS[0], "summary": HOSTILE, "minutes": 5, "steps": [step, asked]}
    wrong: Sequence[Any] = (
        {**lesson, HOSTILE: 1},
        {**lesson, "minutes": HOSTILE},
        {**lesson, "steps": [{**step, "page": HOSTILE}]},
    )
    (folder / "hostile.json").write_text(json.dumps(lesson), encoding="utf-8")
    for number, one in enumerate(wrong):
        (folder / f"wrong-{number}.json").write_text(json.dumps(one), encoding="utf-8")
    (folder / f"{SHORT.replace('/', ':')}.json").write_text("{}", encoding="utf-8")
    return folder


FAILING = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from qmnist_core.training.loop import Training
def failing(*_: object, **__: object) -> None:
    raise RuntimeError({HOSTILE + chr(10) + "# " + HOSTILE!r})
Training.__init__ = failing
"""
"""Read by Python as it starts: every training fails with such words."""
TRAINS = ("", "train", "compare", "draw", "computes", "plateau", "resolution", "noise")
"""Pages that train."""


def test_lessons_and_failures(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(FAILING, encoding="utf-8")
    folder = lessons(tmp_path / "lessons")
    with (
        serving(
            tmp_path / "log.txt", PYTHONPATH=str(tmp_path), QMNIST_LESSONS=str(folder), OMP_NUM_THREADS="2"
        ) as server,
        tab_at(browser, server) as tab,
    ):
        tab.open("/lessons")
        card = tab.page.locator(".st-key-lesson-card-hostile")
        expect_harmless(tab, card, HOSTILE.replace("**b**", "b"))
        card.get_by_role("button", name=named("Steps")).click()
        expect_harmless(tab, tab.page.get_by_test_id("stPopoverBody"), f"1. {PARTS[0]} (Data)")
        expect(tab.page.get_by_test_id("stAlert")).to_have_count(4)
        tab.open("/data?show-lesson=hostile&show-part=1")
        tab.page.get_by_text("Show the answer").click()
        guide = tab.page.locator(".st-key-lesson .guide")
        expect_harmless(tab, guide, PARTS[0], f"Look at {HOSTILE.replace('**b**', 'b')}")
        tab.open("/data?show-lesson=hostile&show-part=2")
        guide.locator(".choices button").last.click()
        expect_harmless(tab, guide, PARTS[0], PARTS[4], "your choice")
        tab.open("/circuit?show-lesson=hostile&show-part=1")
        expect_harmless(tab, guide, PARTS[0], "This step is on the page Data.")
        for page in TRAINS:
            tab.come(page)
            expect_harmless(tab, tab.page.get_by_test_id("stMain"), PARTS[2])


def test_a_data_file_and_where_it_lies(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / SHORT.replace("/", ":")
    file.write_bytes(b"no data")
    with serving(tmp_path / "log.txt", QMNIST_DATA=str(file)) as server:
        tab = visit(browser, server)
        tab.open("/lessons")
        for page in TITLES:
            tab.come(page)
            expect_harmless(tab, tab.page.get_by_test_id("stMain"), *([] if page in WITHOUT_DATA else [file.name]))
            assert tab.outside_requests() == []
        tab.close()
