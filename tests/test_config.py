"""The key that signs sessions and links: made once, whoever asks first, and never an empty one."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lei.config import Settings, load_settings, secret_key

PROCESSES, ROUNDS = 8, 300
# 48 random bytes in base64
KEY_LENGTH = 64


def settings_in(folder: Path) -> Settings:
    """The settings of an installation whose data lie in this folder and that was given no key."""
    return load_settings({"LEI_DATA_DIR": str(folder)})


def test_a_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(settings_in(tmp_path / "var"))

    assert len(key) == KEY_LENGTH
    assert secret_key(settings_in(tmp_path / "var")) == key
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_a_key_that_is_set_wins(tmp_path: Path) -> None:
    secret_key(settings_in(tmp_path))

    assert secret_key(load_settings({"LEI_DATA_DIR": str(tmp_path), "LEI_SECRET_KEY": "ours"})) == "ours"


def test_an_empty_file_that_a_crash_has_left_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()

    assert len(secret_key(settings_in(tmp_path))) == KEY_LENGTH


def test_a_key_that_may_only_be_read_is_taken(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("kept elsewhere\n", encoding="ascii")
    (tmp_path / "secret_key").chmod(0o400)

    assert secret_key(settings_in(tmp_path)) == "kept elsewhere"


def test_all_that_start_at_the_same_moment_have_the_same_key(tmp_path: Path) -> None:
    together = threading.Barrier(PROCESSES)

    def start(folder: Path) -> str:
        together.wait()
        return secret_key(settings_in(folder))

    with ThreadPoolExecutor(PROCESSES) as threads:
        for number in range(ROUNDS):
            keys = list(threads.map(start, [tmp_path / str(number)] * PROCESSES))
            assert len(set(keys)) == 1
            assert len(keys[0]) == KEY_LENGTH
