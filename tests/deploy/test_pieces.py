"""The files that put the dashboard on a server, as far as can be seen without Docker."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.browser.proxy import nginx
from tests.deploy.pieces import DEPLOY, ROOT, compose, nginx_conf
from tests.test_lock import asked, environment, locked, needs

GIVEN = {"QMNIST_HOST": "qnn.school.example", "QMNIST_PASSWORD": "secret"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
HEAVY = {"tensorflow", "tensorflow-quantum", "tf-keras"}


@pytest.mark.parametrize("platform", ["Linux on x86-64", "Linux on ARM"])
def test_the_slim_image_has_what_the_short_list_needs_but_for_what_is_heavy(platform: str, tmp_path: Path) -> None:
    (command,) = re.findall(r"^RUN (awk .*) > /tmp/slim\.txt", DOCKERFILE, flags=re.MULTILINE)
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    slim = tmp_path / "slim.txt"
    slim.write_text(done.stdout, encoding="utf-8")
    where = environment(platform, "3.11")
    versions = locked("requirements.txt", where)
    wanted: set[str] = set()
    waiting = [item for item in asked("requirements.in", where) if item.name not in HEAVY]
    while waiting:
        item = waiting.pop()
        name = canonicalize_name(item.name)
        if name not in wanted:
            wanted.add(name)
            waiting.extend(needs(item, versions[name], where))
    assert locked(str(slim), where) == {name: versions[name] for name in wanted}
    assert not {*HEAVY, "keras"} & wanted
    assert done.stdout.count("--hash=sha256:") > 1000


def test_both_images_run_without_rights_and_hold_only_what_runs() -> None:
    assert re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, flags=re.MULTILINE) == ["light", "heavy", "full", "slim"]
    for target in ("full", "slim"):
        assert re.search(rf"AS {target}\nCOPY \. \.\nUSER 10001\n", DOCKERFILE)
    ignored, *kept, last = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert (ignored, last) == ("*", "**/__pycache__")
    for path in kept:
        assert path[0] == "!"
        assert (ROOT / path[1:]).exists(), path


def test_every_service_is_locked_in_and_watched() -> None:
    services = compose(**GIVEN)
    assert list(services) == ["app1", "app2", "scheduler", "worker", "nginx", "database"]
    for name, service in services.items():
        assert int(service["user"]) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "/tmp" in service["tmpfs"], name
        assert "healthcheck" in service or name.startswith("app"), name
        for other in service.get("depends_on", {}).values():
            assert other == {"condition": "service_healthy"}
    one, two = services["app1"], services["app2"]
    assert one["build"]["target"] == "slim"
    assert compose(**GIVEN, QMNIST_TARGET="full")["app1"]["build"]["target"] == "full"
    assert (one["cpuset"], two["cpuset"]) == ("0", "1")
    assert one["environment"] == two["environment"]
    assert one["environment"]["QMNIST_DATABASE"] == "postgresql://qmnist:secret@database/qmnist"
    assert services["database"]["environment"]["POSTGRES_PASSWORD"] == "secret"


def test_the_cluster_is_there_only_where_it_is_asked_for_and_never_open_to_the_outside() -> None:
    services = compose(**GIVEN, QMNIST_CLUSTER="tcp://scheduler:8786")
    assert services["app1"]["environment"]["QMNIST_CLUSTER"] == "tcp://scheduler:8786"
    assert compose(**GIVEN)["app1"]["environment"]["QMNIST_CLUSTER"] == ""
    for name in ("scheduler", "worker"):
        assert services[name]["profiles"] == ["cluster"]
        assert "ports" not in services[name]
        command = services[name]["command"]
        done = subprocess.run([sys.executable, *command[1:4], "--help"], capture_output=True, text=True, check=False)
        options = {word.split("=")[0] for word in command[4:] if word.startswith("--")}
        assert all(option in done.stdout for option in options), name


@pytest.mark.parametrize("name", GIVEN)
def test_nothing_starts_without_a_host_and_a_password(name: str) -> None:
    given = {**GIVEN}
    del given[name]
    with pytest.raises(LookupError, match=f"{name}: set it to "):
        compose(**given)


def test_nginx_takes_the_configuration_before_any_process_is_there(tmp_path: Path) -> None:
    http = nginx_conf(**compose(**GIVEN)["nginx"]["environment"])
    command = nginx(tmp_path, http)
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_has_every_variable_and_no_other() -> None:
    files = [*(ROOT / "qmnist_core").rglob("*.py"), DEPLOY / "compose.yaml"]
    used = {name for file in files for name in re.findall(r"QMNIST_[A-Z_]+", file.read_text(encoding="utf-8"))}
    rows = re.findall(r"^\| `(QMNIST_[A-Z_]+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(rows) == sorted(used)
    assert set(re.findall(r"QMNIST_[A-Z_]+", PAGE)) == used


def test_the_command_by_hand_gives_nginx_all_that_it_asks_for() -> None:
    (command,) = re.findall(r"^export (.*)$", PAGE, flags=re.MULTILINE)
    nginx_conf(**dict(word.split("=") for word in command.split()))


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert link.startswith("http") or (ROOT / "docs" / link).exists(), link
