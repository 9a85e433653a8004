"""The atlas' page: its map, one stack of it, and the best, all read from the shipped file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.look.text import percent
from qmnist_core.studies.atlas import STARTS, Atlas
from qmnist_core.studies.atlas_file import SHIPPED, read_atlas, write_atlas
from qmnist_core.ui.atlas import views
from qmnist_core.words.atlas import constant_words, luck_lines, winner_words


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return read_atlas(SHIPPED)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    views._shipped.clear()


def links(at: AppTest) -> dict[str, str]:
    """Where one stack can be opened: pages and what their addresses say."""
    found = [link.proto for link in at.main.get("page_link")]
    return {link.label: link.query_string for link in found if link.label in ("Playground", "Train") and link.help}


@pytest.mark.parametrize("start", STARTS)
def test_the_map_has_the_figures_of_all_stacks(open_page: Any, components: Any, atlas: Atlas, start: str) -> None:
    shown = components(open_page("atlas", _start=start))["atlas-map"]
    accuracies = atlas.accuracy(start)
    assert shown["shown"] == np.flatnonzero(atlas.depends).tolist()
    assert len(shown["shown"]) == 576
    assert shown["numbers"] == atlas.numbers.tolist()
    assert shown["best"] == sorted(atlas.best(start))
    assert len(shown["best"]) == 10
    for place in (0, 100, 575):
        own = accuracies[shown["shown"][place]]
        assert shown["means"][place] == pytest.approx(own.mean(), abs=1e-5)
        whole = [own.mean(), own.min(), *np.quantile(own, (0.25, 0.75)), own.max()]
        assert shown["figures"][place] == [round(1000 * share) for share in whole]
    low, high = shown["scale"]
    assert high >= max(shown["means"])
    assert np.mean(np.array(shown["means"]) < low) < 0.06
    assert "819 stacks of up to 3 layers: 576 can depend on the image" in shown["alt"]
    assert len(json.dumps(shown)) < 60_000


def test_one_stack_is_looked_at(open_page: Any, components: Any, words: Any, atlas: Atlas) -> None:
    at = open_page("atlas", _stack="ZY-XX-YY", _start="small")
    place = atlas.stacks.index(("ZY", "XX", "YY"))
    assert components(at)["atlas-map"]["chosen"] == place
    said = words(at)
    assert f"{atlas.numbers[place]} effective numbers of 48 exponents" in said
    assert f"From the small start {percent(float(atlas.accuracy('small')[place].mean()))}; half of the seeds" in said
    figure = json.loads(components(at)["atlas-seeds"]["figure"])
    dots = [trace for trace in figure["data"] if len(trace["x"]) == 20]
    for start, trace in zip(STARTS, dots, strict=True):
        np.testing.assert_allclose(trace["x"], 100 * np.sort(atlas.accuracy(start)[place]), atol=0.006)
    assert links(at) == dict.fromkeys(("Playground", "Train"), "layers=ZY-XX-YY&init=small")
    at.selectbox(key="atlas-stack").set_value(("ZZ",)).run()
    assert not at.exception
    assert at.query_params["show-stack"] in ("ZZ", ["ZZ"])
    assert components(at)["atlas-map"]["chosen"] == atlas.stacks.index(("ZZ",))
    assert links(at)["Train"] == "layers=ZZ&init=small"


def test_it_opens_with_the_settings_own_stack(open_page: Any, components: Any, atlas: Atlas) -> None:
    for layers, opened in (("XX-ZZ-YY", ("XX", "ZZ", "YY")), ("XX-ZZ-XX-ZZ", ("XX", "ZZ"))):
        at = open_page("atlas", layers=layers)
        assert components(at)["atlas-map"]["chosen"] == atlas.stacks.index(opened)


def test_a_stack_that_sees_nothing_says_what_it_gets(open_page: Any, components: Any, words: Any, atlas: Atlas) -> None:
    at = open_page("atlas", _stack="XX-XZ")
    assert constant_words(atlas) in words(at)
    assert "49.6 % with 3, 50.4 % with 6" in words(at)
    assert "atlas-seeds" not in components(at)
    assert atlas.stacks.index(("XX", "XZ")) not in components(at)["atlas-map"]["shown"]


def test_what_a_teacher_has_locked_is_not_opened(open_page: Any) -> None:
    at = open_page("atlas", _only="size")
    assert all(link.proto.disabled for link in at.main.get("page_link") if link.proto.help)


@pytest.mark.parametrize("start", STARTS)
def test_the_best_are_shown_before_and_after_their_test(
    open_page: Any, components: Any, words: Any, atlas: Atlas, start: str
) -> None:
    at = open_page("atlas", _atlas="best", _start=start)
    finalists = atlas.finalists(start)
    assert f"**{winner_words(finalists[0])}**" in words(at)
    assert all(line in words(at) for line in luck_lines(atlas, finalists))
    figure = json.loads(components(at)["atlas-best"]["figure"])
    for trace, name in zip(figure["data"], ("chosen", "again", "test"), strict=True):
        np.testing.assert_allclose(trace["x"], [100 * getattr(one, name).mean() for one in finalists], atol=0.006)
    chosen = figure["data"][0]["x"]
    assert chosen == sorted(chosen, reverse=True)


def test_it_says_how_it_was_made(open_page: Any, words: Any, atlas: Atlas) -> None:
    said = words(open_page("atlas", _atlas="about"))
    assert "Seeds 0 to 19 for all stacks, 20 to 39 for the best" in said
    for name, version in atlas.versions:
        assert f"{name} {version}" in said


def test_a_file_that_cannot_be_used_is_one_sentence(
    open_page: Any, words: Any, atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "atlas.npz"
    monkeypatch.setattr(views, "SHIPPED", path)
    refused = "The atlas cannot be shown: "
    assert f"{refused}there is no file " in words(open_page("atlas"))
    path.write_bytes(b"no atlas")
    assert "truncated, damaged or not an .npz file of plain arrays" in words(open_page("atlas"))
    right = atlas.right.copy()
    right[0, 700] = -1
    write_atlas(replace(atlas, right=right, tested=np.full_like(atlas.tested, -1)), path)
    said = words(open_page("atlas"))
    assert refused in said
    assert "is not finished" in said
