# Shared by script/server and script/test: finds Python, then lets script/set_up.py do the rest.
# Sourced with $root set to the repository; leaves the environment free of what would leak into ours.

# A user's own Python settings must not decide what this project imports or where pip installs.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE PYTHONSAFEPATH
# Set in many images for containers: every process would then compile all of LEI anew, and the tests start a hundred.
unset PYTHONDONTWRITEBYTECODE
unset PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV PIP_NO_DEPS PIP_NO_BINARY PIP_ONLY_BINARY
PYTHONNOUSERSITE=1
export PYTHONNOUSERSITE

# Prints the path of the first Python that is new enough; a virtual environment answers with the Python it is made from.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c '
import sys
if sys.version_info < (3, 11):
    sys.exit(1)
print(getattr(sys, "_base_executable", None) or sys.executable)
' 2>/dev/null && return 0
    done
    return 1
}

# set_up run|dev: the virtual environment, complete; ends the calling script when that cannot be done.
set_up() {
    if ! python=$(find_python); then
        echo "LEI needs Python 3.11 or newer, and there is none on the PATH (on Debian or Ubuntu: apt-get install python3)." >&2
        exit 1
    fi
    "$python" "$root/script/set_up.py" "$1" || exit 1
}
