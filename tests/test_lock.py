"""The locks hold what the lists ask for, with all that it needs, on every platform, and nothing that has no hash."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAIRS = (("requirements.in", "requirements.txt"), ("tests/requirements.in", "tests/requirements.txt"))
PLATFORMS = {
    "Linux on x86-64": ("linux", "x86_64", "Linux", "posix"),
    "Linux on ARM": ("linux", "aarch64", "Linux", "posix"),
    "macOS on Apple silicon": ("darwin", "arm64", "Darwin", "posix"),
    "macOS on Intel": ("darwin", "x86_64", "Darwin", "posix"),
    "Windows": ("win32", "AMD64", "Windows", "nt"),
}
ONLY_LINUX_SAYS_SO = {"tensorflow-intel"}
"""What TensorFlow's wheel for Linux says that Windows needs; the wheel for Windows itself does not ask for it."""

HASHES = re.compile(r"(?: --hash=sha256:[0-9a-f]{64})+")


def environment(platform: str, python: str) -> dict[str, str]:
    system, machine, name, os_name = PLATFORMS[platform]
    version = {"python_version": python, "python_full_version": f"{python}.7", "implementation_name": "cpython"}
    return {
        **version,
        "sys_platform": system,
        "platform_machine": machine,
        "platform_system": name,
        "os_name": os_name,
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def entries(file: str) -> list[str]:
    """The file's entries, each on one line; comments and options left out."""
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [re.sub(r"\s+", " ", line) for line in lines if line and not line.startswith("-c ")]


def asked(file: str, where: dict[str, str]) -> list[Requirement]:
    requirements = [Requirement(entry) for entry in entries(file)]
    return [item for item in requirements if item.marker is None or item.marker.evaluate(where)]


def locked(file: str, where: dict[str, str]) -> dict[str, str]:
    """Name → the one version that is installed there."""
    versions: dict[str, str] = {}
    for entry in entries(file):
        item = Requirement(entry.split(" --hash")[0])
        if item.marker is None or item.marker.evaluate(where):
            name = canonicalize_name(item.name)
            assert name not in versions, f"{name} twice"
            (pin,) = item.specifier
            versions[name] = pin.version
    return versions


def needs(item: Requirement, version: str, where: dict[str, str]) -> list[Requirement]:
    """What an installed package asks for in its turn; nothing of one that is not installed here in this version."""
    try:
        if metadata.version(item.name) != version:
            return []
        declared = [Requirement(text) for text in metadata.requires(item.name) or ()]
    except metadata.PackageNotFoundError:
        return []
    extras = ("", *item.extras)
    return [
        need
        for need in declared
        if need.marker is None or any(need.marker.evaluate({**where, "extra": extra}) for extra in extras)
    ]


@pytest.mark.parametrize("file", [lock for _, lock in PAIRS])
def test_every_package_is_pinned_with_hashes_and_no_address_is_named(file: str) -> None:
    assert len(entries(file)) > 15
    for entry in entries(file):
        assert re.fullmatch(r"[a-z0-9.\[\]-]+==[^ ;]+( ; .+)?", HASHES.sub("", entry)), entry
        assert HASHES.search(entry), entry
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|@ ", text)


@pytest.mark.parametrize("python", ["3.10", "3.11", "3.12"])
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("names", "lock"), PAIRS)
def test_what_is_asked_for_is_locked_with_all_that_it_needs(names: str, lock: str, platform: str, python: str) -> None:
    where = environment(platform, python)
    versions = locked(lock, where)
    waiting, seen = asked(names, where), set()
    assert all(str(item.specifier).startswith("==") for item in waiting)
    while waiting:
        item = waiting.pop()
        if str(item) not in seen and item.name not in ONLY_LINUX_SAYS_SO:
            seen.add(str(item))
            assert canonicalize_name(item.name) in versions, f"{item} is not in {lock}"
            version = versions[canonicalize_name(item.name)]
            assert item.specifier.contains(version, prereleases=True), f"{item}, not {version} as in {lock}"
            waiting.extend(needs(item, version, where))


@pytest.mark.parametrize("python", ["3.10", "3.11", "3.12"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_both_locks_agree(platform: str, python: str) -> None:
    where = environment(platform, python)
    product, checks = (locked(lock, where) for _, lock in PAIRS)
    shared = product.keys() & checks.keys()
    assert "numpy" in shared
    assert {name: product[name] for name in shared} == {name: checks[name] for name in shared}


def test_tensorflow_is_locked_where_it_exists() -> None:
    have = {
        platform: {"tensorflow", "tensorflow-quantum"}
        & locked("requirements.txt", environment(platform, "3.12")).keys()
        for platform in PLATFORMS
    }
    assert have == {
        "Linux on x86-64": {"tensorflow", "tensorflow-quantum"},
        "Linux on ARM": {"tensorflow"},
        "macOS on Apple silicon": {"tensorflow"},
        "macOS on Intel": set(),
        "Windows": {"tensorflow"},
    }


def test_what_is_installed_here_is_what_is_locked() -> None:
    for _, lock in PAIRS:
        for entry in entries(lock):
            item = Requirement(entry.split(" --hash")[0])
            if item.marker is None or item.marker.evaluate():
                assert item.specifier.contains(metadata.version(item.name), prereleases=True), item


def test_every_package_that_the_code_imports_is_on_a_list() -> None:
    asked_for = {canonicalize_name(Requirement(entry).name) for names, _ in PAIRS for entry in entries(names)}
    installed = [package for package in metadata.distributions() if canonicalize_name(package.name) in asked_for]
    given = {file.parts[0].removesuffix(".py") for package in installed for file in package.files or ()}
    for file in [
        *(ROOT / "qmnist_core").rglob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "pages").glob("*.py"),
    ]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in (
                {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"qmnist_core", "tests", "docs"}
            ):
                assert name in given, f"{name} in {file}"
