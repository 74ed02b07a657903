"""Large tables are cut into blocks of rows, all of them and each once."""

from __future__ import annotations

import pytest

from scoring.arrays import BLOCK_ITEMS, row_blocks


@pytest.mark.parametrize(
    ("rows", "width", "blocks"),
    [
        (3, 10, [slice(0, 3)]),
        (2, 2 * BLOCK_ITEMS, [slice(0, 1), slice(1, 2)]),
        (5, BLOCK_ITEMS // 2, [slice(0, 2), slice(2, 4), slice(4, 5)]),
        (3, 0, [slice(0, 3)]),
        (0, 10, []),
    ],
)
def test_rows_are_cut_into_blocks(rows: int, width: int, blocks: list[slice]) -> None:
    """However wide a row is, a block holds at least one."""
    assert list(row_blocks(rows, width)) == blocks
