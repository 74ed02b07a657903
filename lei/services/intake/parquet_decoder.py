"""Decodes a Parquet file, in a process of its own: standard input is the file, standard output its columns.

A program of its own, and no part of the service: a broken or hostile file can make a decoder of Parquet take all memory
there is, or end its process at once, and it must not be the service's. Written are pieces of `marshal`, each after its
length in 8 bytes: the names of the columns, then lists of cells, block by block. Only plain data is written: a date as
text, a decimal as a number, anything else that marshal does not know as an empty list, which is valid nowhere.
"""

from __future__ import annotations

import marshal
import math
import os
import resource
import signal
import sys
from datetime import date
from decimal import Decimal
from typing import Any

ROWS_A_BLOCK = 2_000
MOST_SECONDS = 600
LENGTH_BYTES = 8

_AS_IT_IS = (str, float, int, bool, type(None), bytes)


def decode(most_memory: int, most_seconds: float) -> None:
    """Write all columns of the file at standard input, within so many bytes of memory.

    Ends its process when all blocks together take so many seconds of computing, or one of them so many by the clock.
    """
    from arro3.io import read_parquet  # noqa: PLC0415 - this program alone needs it

    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(most_seconds), math.ceil(most_seconds)))
    # Whoever waits for something needs no time of the processor. What we read for may take its time, though.
    signal.setitimer(signal.ITIMER_REAL, most_seconds)
    reader = read_parquet(sys.stdin.buffer, batch_size=ROWS_A_BLOCK)
    _write(list(reader.schema.names), most_seconds)
    for batch in reader:
        _write([_plain(list(column.to_pylist())) for column in batch.columns], most_seconds)


def _plain(cells: list[Any]) -> list[Any]:
    if set(map(type, cells)).issubset(_AS_IT_IS):
        return cells
    return [_plain_cell(cell) for cell in cells]


def _plain_cell(cell: Any) -> Any:
    kind = type(cell)
    if kind in _AS_IT_IS:
        return cell
    if kind is date:  # and no instant, which is a kind of date to Python
        return cell.isoformat()
    if kind is Decimal and cell.is_finite():
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return []


def _write(piece: list[Any], seconds_for_the_next: float) -> None:
    data = marshal.dumps(piece)
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.stdout.buffer.write(len(data).to_bytes(LENGTH_BYTES))
    sys.stdout.buffer.write(data)
    signal.setitimer(signal.ITIMER_REAL, seconds_for_the_next)


if __name__ == "__main__":
    # Panics of the decoder print their stack; the service says in a sentence what that means.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    decode(int(sys.argv[1]), float(sys.argv[2]))
    sys.stdout.buffer.flush()
