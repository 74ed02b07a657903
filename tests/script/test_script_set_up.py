"""Set-up does only what is missing, starts again after an interruption, and says what to do where it cannot go on."""

from __future__ import annotations

import importlib.util
import platform
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SET_UP = Path(__file__).resolve().parents[2] / "script" / "set_up.py"


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, working on a repository with an environment in a folder of its own, in which nothing is installed."""
    spec = importlib.util.spec_from_file_location("set_up", SET_UP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    for name, file in (("PYTHON", "bin/python"), ("MADE", "made"), ("INSTALLED", "installed"), ("BUSY", "busy")):
        monkeypatch.setattr(module, name, venv / file)
    locks = {}
    for kind in ("run", "dev"):
        locks[kind] = tmp_path / f"{kind}.lock"
        locks[kind].write_text(f"{kind}==1\n")
    (tmp_path / "pyproject.toml").touch()
    for name, value in (("ROOT", tmp_path), ("VENV", venv), ("LOCKS", locks)):
        monkeypatch.setattr(module, name, value)
    return module


def finish(set_up: ModuleType, kind: str) -> None:
    """Leave the stamps of a finished set-up."""
    set_up.MADE.write_text(set_up.origin())
    set_up.INSTALLED.write_text(set_up.wanted(kind))


def test_a_finished_environment_is_complete(set_up: ModuleType) -> None:
    finish(set_up, "run")
    assert set_up.is_complete("run")


def test_an_environment_without_stamps_is_not_complete(set_up: ModuleType) -> None:
    assert not set_up.is_complete("run")


def test_one_to_run_lacks_the_tools(set_up: ModuleType) -> None:
    finish(set_up, "run")
    assert not set_up.is_complete("dev")


def test_one_with_the_tools_serves_to_run_too(set_up: ModuleType) -> None:
    finish(set_up, "dev")
    assert set_up.is_complete("run")


def test_an_interrupted_installation_is_not_complete(set_up: ModuleType) -> None:
    finish(set_up, "run")
    set_up.BUSY.touch()
    assert not set_up.is_complete("run")


def test_a_changed_lock_file_asks_for_an_installation(set_up: ModuleType) -> None:
    finish(set_up, "run")
    set_up.LOCKS["run"].write_text("run==2\n")
    assert not set_up.is_complete("run")


def test_a_moved_repository_needs_a_new_environment(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(set_up, "run")
    moved = set_up.ROOT.parent / "moved"
    set_up.ROOT.rename(moved)
    monkeypatch.setattr(set_up, "VENV", moved / ".venv")
    for name in ("PYTHON", "MADE", "INSTALLED", "BUSY"):
        monkeypatch.setattr(set_up, name, moved / ".venv" / getattr(set_up, name).relative_to(set_up.ROOT / ".venv"))
    assert set_up.MADE.exists()
    assert not set_up.is_complete("run")


def test_an_environment_whose_python_is_gone_is_not_complete(set_up: ModuleType) -> None:
    finish(set_up, "run")
    set_up.PYTHON.unlink()
    set_up.PYTHON.symlink_to("/nowhere/python3")
    assert not set_up.is_complete("run")


def test_system_libraries_are_found_by_loading_them(set_up: ModuleType) -> None:
    assert set_up.can_load("libc.so.6" if platform.system() == "Linux" else "libSystem.dylib")
    assert not set_up.can_load("libnobodyhasthis.so.0")


def test_a_user_without_rights_gets_the_one_line_to_run(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "administrator", lambda: None)
    monkeypatch.setattr(set_up.shutil, "which", lambda _: "/usr/bin/apt-get")
    with pytest.raises(set_up.SetUpError) as caught:
        set_up.install_system_packages(["libharfbuzz-subset0", "python3.11-venv"])
    assert str(caught.value).splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install --no-install-recommends -y libharfbuzz-subset0 python3.11-venv"
    )


def test_where_there_is_no_apt_the_libraries_are_named(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up.shutil, "which", lambda _: None)
    with pytest.raises(set_up.SetUpError, match=r"libpangoft2-1\.0-0.*package manager"):
        set_up.install_system_packages(["libpangoft2-1.0-0"])


def test_the_lock_is_free_again_when_its_holder_is_killed(
    set_up: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = (
        "import fcntl, sys\n"
        f"file = open({str(set_up.ROOT / '.venv.lock')!r}, 'w')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.kill()
        process.wait(timeout=60)
        with set_up.only_one():
            assert capsys.readouterr().out == ""
