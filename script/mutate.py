"""Checks the tests of the engine: changes one sign, bound or index after another, and lists what no test notices.

    .venv/bin/pip install -e .[mutation]
    .venv/bin/python script/mutate.py scoring/normalise.py tests/scoring/test_normalise.py

The changes are made by the operators of cosmic-ray. Each changed module lives in a forked process only, which runs the
tests named and stops at the first failure; no file is touched, and libraries are loaded once. What survived in the last
run, and why, is in docs/mutation.md.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib.abc
import importlib.machinery
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy comes: each process is to use one core
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

# Loaded once for all forks: what the tests need, and nothing of `scoring` and `weights`.
import hypothesis.extra.numpy  # noqa: F401
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SWAPS = {
    "ReplaceBinaryOperator": "Add_Sub Sub_Add Mul_Div Div_Mul Div_FloorDiv Pow_Mul Mod_Mul FloorDiv_Div BitAnd_BitOr "
    "BitOr_BitAnd LShift_RShift RShift_LShift",
    "ReplaceComparisonOperator": "Eq_NotEq NotEq_Eq Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Is_IsNot "
    "IsNot_Is",
    "ReplaceUnaryOperator": "USub_UAdd Delete_USub Delete_Invert Delete_Not",
}
OPERATORS = [
    *(f"core/{kind}_{swap}" for kind, swaps in SWAPS.items() for swap in swaps.split()),
    *(f"core/{name}" for name in ("AddNot", "NumberReplacer", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue")),
    *(f"core/{name}" for name in ("ReplaceAndWithOr", "ReplaceOrWithAnd", "ZeroIterationForLoop")),
    *(f"core/{name}" for name in ("ReplaceBreakWithContinue", "ReplaceContinueWithBreak")),
]
# For speed: plugins are not looked for, and nothing is kept for messages that nobody reads.
PYTEST = ("-x", "-q", "--tb=no", "--assert=plain", "-pno:cacheprovider")
PYTEST += ("-ppytest_timeout", "-p_hypothesis_pytestplugin")
# Plugins are loaded before each fork, and pytest would say so.
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
EXAMPLES = 10  # of a property, whatever its test asks for: the same ones each time, for speed
LARGEST_MEMORY = 6 << 30
FAULT = 70  # what a forked process ends with when not even pytest could answer


@dataclass(frozen=True)
class Mutant:
    """One change: its operator, the line it is in, and the source of the whole module with it."""

    operator: str
    line: int
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """All changes of a module but those in annotations, which nothing reads, and in decorators (frozen, slots)."""
    tree = get_ast(source)
    hidden = _passed_over(source)
    for name in OPERATORS:
        operator = get_operator(name)()
        places = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, (line, column) in enumerate(places):
            if any(start <= (line, column) < end for start, end in hidden):
                continue
            changed = mutate_code(source, operator, occurrence)
            if changed is not None:
                yield Mutant(name.removeprefix("core/"), line, changed)


def _passed_over(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    found = []
    for node in ast.walk(ast.parse(source)):
        notes = (
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
        )
        for each in notes:
            if isinstance(each, ast.expr):
                found.append(((each.lineno, each.col_offset), (each.end_lineno or 0, each.end_col_offset or 0)))
    return found


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Imports one module from a text instead of its file."""

    def __init__(self, module: Path, source: str) -> None:
        self.path = str(ROOT / module)
        self.name = ".".join(module.with_suffix("").parts)
        self.source = source

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(fullname, self, origin=self.path) if fullname == self.name else None

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: str) -> bytes:
        return self.source.encode()


class _Alone:
    """Stands in for tests/conftest.py, which loads the whole application: that takes longer than most of the tests."""

    @pytest.fixture(scope="session")
    @classmethod
    def shared(cls) -> Path:
        """The folder of third-party data, as in tests/conftest.py."""
        return SHARED

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Holds properties that ask for more examples of their own to those of all others."""
        for item in items:
            test = getattr(item, "obj", None)
            own = getattr(test, "_hypothesis_internal_use_settings", None)
            if own is not None and own.max_examples > EXAMPLES:
                holder = getattr(test, "__func__", test)  # of a method: its function
                holder._hypothesis_internal_use_settings = settings(own, max_examples=EXAMPLES)


def _run_tests(module: Path, source: str, tests: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    sys.meta_path.insert(0, _Changed(module, source))
    settings.register_profile(
        "mutation",
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    settings.load_profile("mutation")
    above = f"--confcutdir={Path(tests[0]).parent}"
    os._exit(int(pytest.main([*PYTEST, above, *QUIET, *tests], plugins=[_Alone()])))


def survives(module: Path, source: str, tests: list[str], limit: float) -> bool:
    """Whether all tests pass with this source of the module, within `limit` seconds."""
    child = os.fork()
    if not child:
        try:
            _run_tests(module, source, tests)
        finally:
            os._exit(FAULT)
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", type=Path, help="for example scoring/normalise.py")
    parser.add_argument("tests", nargs="+", help="the tests that are meant to notice; the quickest first")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a change counts as noticed")
    parser.add_argument("--lines", type=int, nargs="*", help="changes in these lines alone")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    if arguments.module.parts[0] in sys.modules:
        sys.exit(f"{arguments.module.parts[0]} is loaded already, so that no change would be seen.")
    gc.freeze()  # what is loaded now need not be looked through by every fork
    source = arguments.module.read_text(encoding="utf-8")
    if not survives(arguments.module, source, arguments.tests, arguments.limit):
        sys.exit("The tests fail on the module as it is.")
    lines, count, left = source.splitlines(), 0, 0
    for mutant in mutants(source):
        if arguments.lines and mutant.line not in arguments.lines:
            continue
        count += 1
        if survives(arguments.module, mutant.source, arguments.tests, arguments.limit):
            left += 1
            print(f"{arguments.module}:{mutant.line} {mutant.operator}")
            for old, new in zip(lines, mutant.source.splitlines(), strict=False):
                if old != new:
                    print(f"  - {old.strip()}\n  + {new.strip()}", flush=True)
    print(f"{arguments.module}: {count} changes, {count - left} noticed, {left} survived")


if __name__ == "__main__":
    main()
