"""`script/server` and `script/test`, the README's two commands: what they start, where, and with which environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "script"
SHOW = '#!/bin/sh\nprintf "[%s]" "$@"\necho\nenv | sort\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A set-up repository in a folder with spaces; what the commands start only shows its arguments and environment."""
    root = tmp_path / "a folder" / "lei x"
    shutil.copytree(SCRIPT, root / "script")
    (root / "script" / "set_up.py").write_text("")
    (root / ".venv" / "bin").mkdir(parents=True)
    for name in ("lei", "python"):
        program = root / ".venv" / "bin" / name
        program.write_text(SHOW)
        program.chmod(0o755)
    return root


def call(command: Path, *arguments: str, cwd: Path, **environment: str) -> tuple[str, dict[str, str]]:
    """Call a command through the shell: the arguments that arrived, and the environment that arrived."""
    given = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(
        ["sh", str(command), *arguments], cwd=cwd, env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    shown, *lines = done.stdout.splitlines()
    return shown, dict(line.split("=", 1) for line in lines if "=" in line)


def test_the_server_serves_the_demo_with_its_data_in_the_repository(repository: Path, tmp_path: Path) -> None:
    shown, environment = call(repository / "script" / "server", "--port", "9000", cwd=tmp_path)
    assert shown == "[serve][--demo][--port][9000]"
    assert environment["LEI_DATA_DIR"] == str(repository / "var")


def test_the_server_leaves_a_data_folder_that_is_set_alone(repository: Path, tmp_path: Path) -> None:
    _, environment = call(repository / "script" / "server", cwd=tmp_path, LEI_DATA_DIR="mine")
    assert environment["LEI_DATA_DIR"] == "mine"


def test_the_server_leaves_a_data_folder_of_the_settings_file_alone(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("LEI_DATA_DIR=elsewhere\n")
    _, environment = call(repository / "script" / "server", cwd=tmp_path, LEI_CONFIG="settings")
    assert "LEI_DATA_DIR" not in environment


def test_a_users_python_settings_do_not_reach_us(repository: Path, tmp_path: Path) -> None:
    theirs = {"PYTHONPATH": "/elsewhere", "PIP_USER": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    _, environment = call(repository / "script" / "server", cwd=tmp_path, PIP_FIND_LINKS="/wheels", **theirs)
    assert not set(theirs) & set(environment)
    assert environment["PIP_FIND_LINKS"] == "/wheels"  # where packages come from stays the user's choice


def test_the_tests_run_on_two_workers_at_the_top_of_the_repository(repository: Path, tmp_path: Path) -> None:
    shown, environment = call(repository / "script" / "test", "tests/scoring", "-k", "a b", cwd=tmp_path)
    assert shown == "[-m][pytest][-n][2][tests/scoring][-k][a b]"
    assert environment["PWD"] == str(repository)


@pytest.mark.parametrize("argument", ["-n0", "--numprocesses=4", "--pdb", "-s"])
def test_the_caller_may_choose_the_workers(repository: Path, tmp_path: Path, argument: str) -> None:
    shown, _ = call(repository / "script" / "test", argument, cwd=tmp_path)
    assert shown == f"[-m][pytest][{argument}]"


def test_the_settings_of_a_running_service_do_not_reach_the_tests(repository: Path, tmp_path: Path) -> None:
    _, environment = call(
        repository / "script" / "test",
        cwd=tmp_path,
        LEI_DATABASE_URL="postgresql://production/lei",
        LEI_TEST_POSTGRES_URL="postgresql://tests/test",
    )
    assert "LEI_DATABASE_URL" not in environment
    assert environment["LEI_TEST_POSTGRES_URL"] == "postgresql://tests/test"


@pytest.mark.parametrize("command", ["server", "test"])
def test_without_a_python_the_sentence_says_which_one_is_needed(repository: Path, tmp_path: Path, command: str) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "dirname").symlink_to(str(shutil.which("dirname")))
    done = subprocess.run(
        ["/bin/sh", str(repository / "script" / command)],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "LEI needs Python 3.11 or newer" in done.stderr
    assert done.stdout == ""
