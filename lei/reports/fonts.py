"""The type that scorecards are set in: Inter, made small and static once, with digits that all have one width.

WeasyPrint is slow with variable fonts, and asking it for tabular digits costs memory at every render. So the digits are
swapped for the tabular ones in the font itself, which is then cut down to the characters we set and to three weights.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lei.errors import RenderError

FAMILY = "Inter"
WEIGHTS = (400, 600, 700)
# Latin, Latin Extended-A, combining marks, punctuation, currency, arrows, minus, comparison, triangles, check marks.
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2248, 0x2248),
    (0x2260, 0x2265),
    (0x25A0, 0x25CF),
    (0x2713, 0x2717),
)
_OPTICAL_SIZE = 14
_RECIPE = f"2 {FAMILY} {WEIGHTS} {_RANGES} opsz={_OPTICAL_SIZE}"


def font_files(folder: Path | None = None) -> dict[int, Path]:
    """The font file of each weight; made on first use (about 4 s), then taken from the cache folder.

    Raises RenderError when the font package is missing.
    """
    source = _source()
    key = hashlib.sha256(source.read_bytes() + _RECIPE.encode()).hexdigest()[:16]
    ready = (folder or _cache_folder()) / f"inter-{key}"
    if not ready.is_dir():
        _build_into(source, ready)
    return {weight: ready / f"Inter-{weight}.ttf" for weight in WEIGHTS}


def _source() -> Path:
    found = find_spec("fontpkg_inter")
    if found is None or found.origin is None:
        raise RenderError("The font package fontpkg-inter is missing; install LEI's dependencies again.")
    return Path(found.origin).parent / "files" / "Inter[opsz,wght].ttf"


def _cache_folder() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lei" / "fonts"
    try:
        base.mkdir(parents=True, exist_ok=True)
        writable = os.access(base, os.W_OK)
    except OSError:
        writable = False
    if writable:
        return base
    # A private folder of this process: a well-known one in /tmp could hold files of somebody else.
    return Path(tempfile.mkdtemp(prefix="lei-fonts-"))


def _build_into(source: Path, ready: Path) -> None:
    """Build beside `ready` and move it there at once, so that two processes may build at the same time."""
    ready.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=ready.parent))
    try:
        _build(source, draft)
        draft.rename(ready)
    except OSError:
        if not ready.is_dir():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _build(source: Path, folder: Path) -> None:
    from fontTools import subset  # noqa: PLC0415 - needed once per machine
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib import instancer  # noqa: PLC0415

    font = TTFont(source, recalcTimestamp=False)
    _set_tabular_digits(font)
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp"], notdef_outline=True, name_IDs=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in _RANGES for code in range(first, last + 1)])
    cutter.subset(font)
    for weight in WEIGHTS:
        static = instancer.instantiateVariableFont(font, {"opsz": _OPTICAL_SIZE, "wght": weight}, inplace=False)
        static.save(folder / f"Inter-{weight}.ttf")


def _set_tabular_digits(font: Any) -> None:
    """Let the characters 0-9 (and their companions) name the glyphs that the feature `tnum` would put there."""
    table = font["GSUB"].table
    wanted = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    swaps: dict[str, str] = {}
    for index in wanted:
        for part in table.LookupList.Lookup[index].SubTable:
            swaps.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            cmap.cmap = {
                code: swaps.get(name, name) if code in range(0x30, 0x3A) else name for code, name in cmap.cmap.items()
            }
