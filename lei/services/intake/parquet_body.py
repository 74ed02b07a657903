"""A Parquet body on its way to rows: kept in a file, decoded by another process, taken in column by column."""

from __future__ import annotations

import marshal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lei.errors import MalformedError
from lei.services.intake import parquet_decoder
from lei.services.intake.parquet_decoder import LENGTH_BYTES, MOST_SECONDS
from lei.storage.temporary_files import needing_room

# What one block of rows may need; a plain one needs some 30 MB, most of it the decoder itself.
MOST_MEMORY = 1024**3
_DECODER = Path(parquet_decoder.__file__)
_UNREADABLE = "The body is not valid Parquet, or unpacks to more than a block of rows may need; nothing was stored."


@contextmanager
def decoded(pieces: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """The blocks of a Parquet file: first the names of its columns, then its cells, each to be read by `block_of`.

    Raises MalformedError when the decoder cannot read on.
    """
    with tempfile.TemporaryFile() as file:
        for piece in pieces:
            with needing_room():
                file.write(piece)
        with needing_room():
            file.seek(0)
        # Isolated: it needs nothing of ours, and no module of ours may stand in for one that it needs.
        command = [sys.executable, "-I", str(_DECODER), str(MOST_MEMORY), str(MOST_SECONDS)]
        with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE) as decoder:  # noqa: S603 - our own program
            assert decoder.stdout is not None  # noqa: S101 - a pipe was asked for
            try:
                yield _blocks(decoder, decoder.stdout)
            finally:
                decoder.kill()


def block_of(data: bytes) -> list[Any]:
    """The names or columns in a block."""
    block: list[Any] = marshal.loads(data)  # noqa: S302 - written by our own program, plain data only
    return block


def _blocks(decoder: subprocess.Popen[bytes], output: IO[bytes]) -> Iterator[bytes]:
    while length := output.read(LENGTH_BYTES):
        size = int.from_bytes(length)
        data = output.read(size)
        if len(length) < LENGTH_BYTES or len(data) < size:
            break
        yield data
    if decoder.wait() != 0:
        raise MalformedError(_UNREADABLE)
