from __future__ import annotations

import json
import re
from typing import Any

from streamlit.testing.v1 import AppTest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.studies.spread import SIZES
from qmnist_core.ui.plateau import pair as plateau_pair
from tests.ui.conftest import trained

QUICK = {"_plateau": "before", "_spread_seeds": "50"}
LONG = {"layers": "XX-ZZ-XX-ZZ-XX-ZZ", "epochs": "100"}
"""Both the measurement and the trainings take longer than the page is looked at."""


def measured(at: AppTest) -> AppTest:
    """The page once its measurement is over."""
    assert at.session_state.session.client.watchers["plateau"].wait(60)
    at.run()
    assert not at.exception
    return at


def progress(at: AppTest) -> list[str]:
    return [bar.proto.text for bar in at.main.get("progress")]


def verdicts(at: AppTest) -> list[str]:
    return [heading.value for heading in at.main.header]


def buttons(at: AppTest) -> dict[str, bool]:
    return {button.label: not button.disabled for button in at.main.button}


def traces(components: Any, at: AppTest, key: str) -> dict[str, Any]:
    return {trace.get("name"): trace for trace in json.loads(components(at)[key]["figure"])["data"]}


def test_it_measures_by_itself_and_says_what_is_seen(open_page: Any, components: Any, words: Any) -> None:
    at = measured(open_page("plateau", _plateau="before"))
    assert at.title[0].value == "Why it can fail"
    assert progress(at)[0] == "Measured: 200 seeds at each of 14 sizes, both starts"
    output, gradient = traces(components, at, "plateau-output"), traces(components, at, "plateau-gradient")
    for found in (output, gradient):
        assert found["uniform root mean square"]["x"] == [size**2 for size in SIZES]
        assert {"theory, whole periods", "theory, exact for [0, 2π)"} <= set(found)
    assert 0.06 < output["uniform root mean square"]["y"][2] < 0.11
    assert output["uniform median"]["y"][-1] < 1e-65
    assert all(0.25 < value < 0.45 for value in gradient["small root mean square"]["y"])
    said = words(at)
    assert "Theory says √(½ (3/4)ⁿ): 0.071 at 16 pixels, 7.5×10⁻⁵⁰ at 784." in said
    assert "3/4 becomes 0.762, and the figures 0.081 and 4.3×10⁻⁴⁷" in said
    assert re.search(r"Measured at 16 pixels: 0\.0\d+ \(95 % interval 0\.0\d+ to 0\.\d+\)", said)
    assert "200 seeds are enough up to 5×5; 28×28 would take some 10⁴²" in said
    assert (
        "halved at 3.2×10⁻⁶ in step 1, 3.2×10⁻⁷ in step 100 and 1.3×10⁻⁷ in step 972, the tutorial's last. "
        "From 10×10 on the median of a uniform start is below all of these" in said
    )
    assert re.search(r"The gradient is 0\.3\d? to 0\.3\d at every size", said)
    assert "uniform start" in components(at)["plateau-output"]["alt"]


def test_words_that_are_kept_apart_have_their_sources(open_page: Any, words: Any) -> None:
    said = words(open_page("plateau", _plateau="terms"))
    assert "415 measurements of a perfect circuit get its sign right with 95 % probability" in said
    assert (
        "45 powers of ten farther down, at 4.3×10⁻⁴⁷: getting its sign right would take 1.5×10⁹³ measurements" in said
    )
    assert "One small gradient is not a plateau." in said
    for source in ("9, 4812 (2018)", "Quantum 3, 214 (2019)", "NeurIPS 2022", "arXiv:2203.09376", "arXiv:2312.09121"):
        assert source in said


def test_a_small_start_whose_gradient_shrinks_slowly_is_not_called_level(open_page: Any, words: Any) -> None:
    """Layers XX YY: as one over the square root of the pixels. ZZ stays level."""
    said = words(measured(open_page("plateau", layers="XX-YY", **QUICK)))
    found = re.search(r"Small start: the gradient\*\* goes from (0\.\d+) at 2×2 to (0\.\d+) at 28×28", said)
    assert found
    assert float(found[1]) > 8 * float(found[2])
    assert "nothing shrinks" in words(measured(open_page("plateau", layers="ZZ", **QUICK)))


def test_the_small_sizes_closer_up(open_page: Any, components: Any) -> None:
    at = measured(open_page("plateau", _spread_upto="8", **QUICK))
    assert traces(components, at, "plateau-output")["uniform root mean square"]["x"][-1] == 64
    at.segmented_control(key="plateau-spread-upto").set_value(28).run()
    assert not at.exception
    assert "show-spread-upto" not in at.query_params
    assert traces(components, at, "plateau-output")["uniform root mean square"]["x"][-1] == 784


def test_addresses_that_say_what_there_is_not(open_page: Any, words: Any) -> None:
    at = open_page("plateau", _spread_seeds="7", _spread_upto="9", _pair_size="29", _pair_step="x", _plateau="after")
    said = words(at)
    assert "The address says show-spread-seeds=7: it is one of 50, 200, 1000. The default is used." in said
    assert "The address says show-spread-upto=9: it is one of 8, 28." in said
    assert "The address says show-pair-size=29: it is 2 to 28." in said
    assert "The address says show-pair-step=x: a whole number from 0 on is needed." in said
    assert "The address says show-plateau=after: it can be pair, before, terms." in said
    assert at.slider(key="plateau-size").value == 28


def test_a_plateau_beside_a_training_that_learns(open_page: Any, components: Any, words: Any) -> None:
    at = trained(open_page("plateau"))
    assert verdicts(at) == ["uniform start: stays flat", "small start: learns"]
    said = words(at)
    assert re.search(r"A plateau. After 1,131 steps the loss is 1\.0000 and ⟨Z⟩ ", said)
    assert re.search(r"\d\.\d×10⁻[⁶⁷]. \(root mean square, test images\); it classifies (49|50)\.\d %.*guessing", said)
    assert re.search(r"The loss is 0\.\d+, and it classifies 9[89]\.\d % \(95 % interval", said)
    given = components(at)
    for key in ("plateau-accuracy", "plateau-loss"):
        lines = [(line["name"], line["reel"], line["dash"]) for line in given[key]["lines"]]
        assert lines == [("uniform", "plateau uniform", 0), ("small", "main", 1)]
        assert given[key]["total"] == 1131
    assert [given[f"plateau-{init}"]["run"] for init in ("uniform", "small")] == ["plateau uniform", "main"]
    assert (given["dock-play"]["total"], given["dock-play"]["words"]) == (1131, "")
    assert list(given["dock-play"]["beside"]) == ["plateau uniform"]


def test_an_address_of_before_opens_the_same_page(open_page: Any, words: Any) -> None:
    at = trained(open_page("plateau", _pair_trained="1"))
    assert verdicts(at) == ["uniform start: stays flat", "small start: learns"]
    assert "The address says" not in words(at)
    assert "show-pair-trained" not in at.query_params


def test_a_moment_of_both_trainings_is_in_the_address(open_page: Any, components: Any) -> None:
    at = trained(open_page("plateau", _pair_step="12"))
    assert components(at)["dock-play"]["cursor"] == 12
    assert at.query_params["show-pair-step"] == "12"
    at.slider(key="plateau-size").set_value(9).run()
    assert "show-pair-step" not in at.query_params


def test_what_is_shrunk_still_learns(open_page: Any, words: Any) -> None:
    at = trained(open_page("plateau", _pair_size="4"))
    assert verdicts(at)[0] == "uniform start: shrunk, but learns"
    assert re.search(
        r"It began with ⟨Z⟩ of 0\.0\d+; now the loss is 0\.3\d+, and it classifies 90\.5 %",
        words(at),
    )
    at.slider(key="plateau-size").set_value(9).run()
    assert at.query_params["show-pair-size"] == "9"
    assert "It is near the plateau's edge: more epochs, under Training, may free it." in words(trained(at))


def test_a_training_that_has_barely_moved(open_page: Any, words: Any) -> None:
    at = trained(open_page("plateau", _pair_size="8", seed="1"))
    assert verdicts(at)[0] == "uniform start: barely moves"
    assert re.search(r"From ⟨Z⟩ of \d\.\d×10⁻\S+ it has come to a loss of 0\.99\d", words(at))


def test_the_measurement_can_be_stopped(open_page: Any, unfinished: None) -> None:
    at = open_page("plateau", _plateau="before", _spread_seeds="1000", **LONG)
    assert re.fullmatch(r"Measuring: \d+ of 1,000 seeds(, .* left)?", progress(at)[0])
    task = at.session_state.session.client.watchers["plateau"].job
    at.main.button(key="plateau-stop").click().run()
    assert task.state == "abandoned"
    assert re.fullmatch(r"Stopped after \d+ of 1,000 seeds", progress(at)[0])
    assert buttons(at)["Again"]
    at.main.button(key="plateau-again").click().run()
    assert progress(at)[0].startswith("Measuring: ")
    assert "Stop" in buttons(at)
    at.main.button(key="plateau-stop").click().run()


def test_both_trainings_can_be_stopped(open_page: Any, components: Any, words: Any, unfinished: None) -> None:
    at = open_page("plateau", **LONG)
    assert verdicts(at) == ["uniform start: in training", "small start: in training"]
    given = components(at)["dock-play"]
    assert given["press"] == "Stop"
    assert given["words"]
    viewers = [at.session_state.session.client.viewers[f"plateau {init}"] for init in ("uniform", "small")]
    for viewer in viewers:
        viewer.stop()
    at.run()
    assert [viewer.job.state for viewer in viewers] == ["abandoned", "abandoned"]
    assert verdicts(at) == ["uniform start: stopped", "small start: stopped"]
    assert "Stopped after step" in words(at)
    assert components(at)["dock-play"]["press"] == "Again"


def test_layers_that_leave_the_output_as_it_is(open_page: Any, words: Any, components: Any) -> None:
    at = measured(open_page("plateau", layers="XX", **QUICK))
    said = words(at)
    assert "There is no theory line here: ours is for the layers XX ZZ." in said
    assert "**The gradient** is exactly 0 at every size" in said
    assert "Hollow marks" not in said
    assert "theory, whole periods" not in traces(components, at, "plateau-output")


def test_nothing_can_be_learnt_without_a_gradient(open_page: Any, words: Any) -> None:
    at = trained(open_page("plateau", layers="XX", _pair_size="4"))
    said = words(at)
    assert verdicts(at) == [f"{init} start: nothing can be learnt" for init in ("uniform", "small")]
    assert "may free it" not in said


def test_settings_of_which_there_is_no_use_here_are_not_offered(open_page: Any) -> None:
    keys = {element.key for element in [*open_page("plateau", **QUICK).sidebar.slider]}
    assert "panel-size" not in keys


def test_settings_that_give_no_data(open_page: Any, words: Any) -> None:
    at = open_page("plateau", threshold="1", contradictions="after")
    assert "These settings give no data: " in words(at)
    assert not at.main.get("progress")


def test_more_images_than_there_are_at_the_size_of_the_pair(open_page: Any, words: Any) -> None:
    at = open_page("plateau", examples="10338")
    at.slider(key="plateau-size").set_value(2).run()
    assert not at.exception
    assert "All are used." in words(at)
    assert "examples" not in at.query_params
    assert len(verdicts(at)) == 2


def test_the_pair_differs_in_its_start_alone() -> None:
    chosen = Experiment(data=DataConfig(size=5), backend="tfq", init="small", seed=3)
    pair = plateau_pair.pair(chosen, 9)
    assert {init: (one.init, one.data.size, one.backend) for init, one in pair.items()} == {
        init: (init, 9, "exact") for init in ("uniform", "small")
    }
    assert {one.seed for one in pair.values()} == {3}
