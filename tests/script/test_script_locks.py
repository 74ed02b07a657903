"""The lock files hold what pyproject.toml asks for, with hashes, and name no place that packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each package in a lock file (several, where platforms differ)."""
    versions: dict[str, set[str]] = {}
    for match in PINNED.finditer((ROOT / "requirements" / name).read_text(encoding="utf-8")):
        versions.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return versions


def asked(*, dev: bool) -> list[Requirement]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["dev"] if dev else []
    return [Requirement(text) for text in (*project["dependencies"], *extra)]


@pytest.mark.parametrize(("name", "dev"), [("run.lock", False), ("dev.lock", True)])
def test_every_dependency_is_locked_at_a_version_that_will_do(name: str, dev: bool) -> None:
    versions = locked(name)
    for requirement in asked(dev=dev):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not in {name}: run script/lock"
        assert all(requirement.specifier.contains(version) for version in found), f"{requirement}: run script/lock"


def test_the_tools_come_on_top_of_exactly_what_runs() -> None:
    run, dev = locked("run.lock"), locked("dev.lock")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("name", ["run.lock", "dev.lock"])
def test_every_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text(encoding="utf-8").strip())
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("name", ["run.lock", "dev.lock"])
def test_no_place_is_named(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links| @ ", text)
