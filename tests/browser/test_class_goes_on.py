"""A class on two processes behind nginx, with PostgreSQL: one of the processes is killed in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.classroom import ask, joined, started, tap, wall
from tests.browser.cluster import COOKIE, HOST, Cluster, clustered
from tests.browser.server import Visit
from tests.classroom.postgresql import running_server


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_server() as url, clustered(tmp_path_factory.mktemp("class"), QMNIST_DATABASE=url) as cluster:
        yield cluster


def process_of(tab: Visit) -> str:
    return str(next(one["value"] for one in tab.page.context.cookies() if one["name"] == COOKIE))


def test_a_killed_process_costs_a_class_no_more_than_a_reload(browser: Browser, cluster: Cluster) -> None:
    teacher, code = started(browser, cluster.front)
    assert HOST in teacher.page.url
    students = [joined(browser, cluster.front, code, name) for name in ("Ada", "Bo", "Cy")]
    used = {process_of(one) for one in (teacher, *students)}
    while used != {"1", "2"}:  # nginx draws: one more until both processes have somebody
        students.append(joined(browser, cluster.front, code, "One more"))
        used.add(process_of(students[-1]))
    ask(teacher, "Predict", "Ask the class")
    for student in students:
        tap(student, "3")
    n = len(students)
    expect(wall(teacher)).to_contain_text(f"{n} of {n} have answered")

    dead = process_of(teacher)
    cluster.processes[dead].process.kill()
    cluster.processes[dead].process.wait()
    for one in (teacher, *students):
        if process_of(one) == dead:
            one.page.reload()
    expect(wall(teacher)).to_contain_text(f"{n} of {n} have answered")
    for student in students:
        expect(student.page.locator(".taps p")).to_have_text("You say 3. You may still change it.")
    tap(students[0], "6")
    teacher.button("Close").click()
    expect(wall(teacher).locator(".bars .count").first).to_have_text(f"{n - 1} ({round(100 * (n - 1) / n)} %)")
    for one in (teacher, *students):
        one.close()
