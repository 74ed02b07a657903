"""Makes the virtual environment `.venv` complete: system libraries, locked packages, the project itself.

Called by script/server (`run`) and script/test (`dev`) with any Python >= 3.11 and its standard library alone.
A stamp is written last, so a second call has nothing to do and an interrupted one starts again.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What the environment was made from, and what is installed in it. BUSY exists only while pip is at work.
MADE, INSTALLED, BUSY = VENV / "lei-made", VENV / "lei-installed", VENV / "lei-busy"
LOCKS = {"run": ROOT / "requirements" / "run.lock", "dev": ROOT / "requirements" / "dev.lock"}
LOG = VENV / "set-up.log"

# Debian's package -> the names under which the dynamic linker may know the library (Debian, other Linux, macOS).
LIBRARIES = {
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib", "libharfbuzz-subset.0.dylib"),
}
# Homebrew's folders are not on the search path of every Python.
LIBRARY_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/")


class SetUpError(Exception):
    """Set-up cannot go on; the sentence says what to do."""


def main(kind: str) -> None:
    """Complete the environment for `run` or `dev`; raises SetUpError."""
    install_system_packages(missing_system_packages())
    if not is_complete(kind):
        with only_one():
            if not is_complete(kind):
                complete(kind)


def is_complete(kind: str) -> bool:
    """Whether the stamps say that nothing is to be done. An environment with the tools serves `run` too."""
    usable = PYTHON.exists() and not BUSY.exists() and read(MADE) == origin()
    return usable and read(INSTALLED) in {wanted(kind), wanted("dev")}


def complete(kind: str) -> None:
    """Make the environment where it is missing or unusable, and install what is wanted."""
    started = time.monotonic()
    if not PYTHON.exists() or BUSY.exists() or read(MADE) != origin():
        make_environment()
    kind = "dev" if read(INSTALLED).startswith("dev ") else kind
    BUSY.touch()
    INSTALLED.unlink(missing_ok=True)
    install_packages(LOCKS[kind])
    install_project()
    INSTALLED.write_text(wanted(kind), encoding="utf-8")
    BUSY.unlink()
    say(f"Set-up is complete ({time.monotonic() - started:.0f} s).")


def origin() -> str:
    """What an environment depends on and cannot be moved away from: its Python and its folder."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor} {platform.machine()} {sys.base_prefix} {VENV}"


def wanted(kind: str) -> str:
    """The kind of environment and a digest of all that decides what is in it."""
    digest = hashlib.sha256()
    for file in (LOCKS[kind], ROOT / "pyproject.toml", Path(__file__)):
        digest.update(file.read_bytes())
    return f"{kind} {digest.hexdigest()}"


def missing_system_packages() -> list[str]:
    """Debian's names of what the system lacks, found by trying, so that it is true on any distribution."""
    missing = [package for package, names in LIBRARIES.items() if not any(map(can_load, names))]
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return missing


def can_load(library: str) -> bool:
    """Whether the dynamic linker finds and loads this library."""
    for folder in LIBRARY_FOLDERS:
        try:
            ctypes.CDLL(folder + library)
        except OSError:
            continue
        return True
    return False


def install_system_packages(packages: list[str]) -> None:
    """Install them with apt as root or with sudo that asks for nothing; else raise with the line to run."""
    if not packages:
        return
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise SetUpError(
            f"LEI needs these system libraries (by their Debian names): {names}. Install them with the package "
            "manager of this system (Fedora: dnf install pango; macOS: brew install pango), then start again."
        )
    prefix = administrator()
    if prefix is None:
        raise SetUpError(
            "some system packages are missing, and this user may not install them. Run this line, then start again:\n"
            f"  sudo apt-get update && sudo apt-get install --no-install-recommends -y {names}"
        )
    say(f"Installing system packages with apt: {names}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    refreshed = subprocess.run([*apt, "update"], check=False, capture_output=True, text=True)
    done = subprocess.run(
        [*apt, "install", "--no-install-recommends", "-y", *packages], check=False, capture_output=True, text=True
    )
    importlib.invalidate_caches()
    still = missing_system_packages()
    if done.returncode or still:
        said = "\n".join((refreshed.stderr + done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetUpError(f"apt could not install {' '.join(still) or names}. It said:\n{said}")


def administrator() -> list[str] | None:
    """What to put before a command to run it as root; None where that is not possible without a question."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


@contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up of this repository work at a time. The system frees the lock when its holder dies."""
    with (ROOT / ".venv.lock").open("w") as file:
        # A pip that outlives us, because only we were killed, goes on holding it.
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another set-up is at work here; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Make `.venv` anew."""
    if VENV.exists():
        say("The virtual environment is unfinished, or made by another Python or for another folder: making it anew.")
        shutil.rmtree(VENV)
    say(f"Making a virtual environment in .venv with Python {platform.python_version()}.")
    run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made")
    MADE.write_text(origin(), encoding="utf-8")


def install_packages(lock: Path) -> None:
    """Install exactly what the lock file names, each checked against its hashes."""
    total = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    say(f"Installing up to {total} packages as locked in requirements/{lock.name}; the first time takes some minutes.")
    with LOG.open("w", encoding="utf-8") as log:
        command = [*pip_install(), "--progress-bar", "off", "--require-hashes", "-r", str(lock)]
        pip = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, close_fds=False
        )
        seen = 0
        for line in pip.stdout or ():
            log.write(line)
            if line.startswith("Collecting "):
                seen += 1
                say(f"  {seen:>3} of {total}  {line.split()[1].replace('==', ' ')}")
            elif line.startswith("Installing collected packages"):
                say(f"  putting {seen} packages in place")
    if pip.wait():
        raise SetUpError(
            f"Packages could not be installed (all of it: {LOG}). pip said:\n{last_lines(LOG.read_text())}"
        )


def install_project() -> None:
    """Install the project itself so that its files are used where they are."""
    say("Installing LEI itself.")
    run(
        [*pip_install(), "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)],
        "LEI itself could not be installed",
    )


def pip_install() -> list[str]:
    """The beginning of every call of pip."""
    return [str(PYTHON), "-m", "pip", "install", "--no-input", "--no-user", "--disable-pip-version-check"]


def run(command: list[str], fault: str) -> None:
    """Run a command in silence; raises SetUpError with the end of what it said when it fails."""
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, close_fds=False
    )
    if done.returncode:
        raise SetUpError(f"{fault}:\n{last_lines(done.stdout)}")


def last_lines(text: str) -> str:
    """The end of a long output, where the reason of a failure stands."""
    return "\n".join(text.strip().splitlines()[-15:])


def read(file: Path) -> str:
    """The text of a stamp; empty where it is missing."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def say(text: str) -> None:
    """One plain line for the person who waits."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SetUpError as error:
        print(f"LEI set-up: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nLEI set-up: interrupted; the next start begins again.", file=sys.stderr)
        sys.exit(130)
