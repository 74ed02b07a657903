"""Streams end where every reader thinks so, and nothing is lost when they had to be written another way."""

from __future__ import annotations

from typing import Any

from lei.reports.archive_pdf import write_archive


class Info(dict[str, Any]):
    """Stands for WeasyPrint's dictionary object."""


class Stream:
    """A stream whose compressed bytes end with a carriage return."""

    extra: dict[str, str]

    def __init__(self, kind: str, stream: list[bytes]) -> None:
        self.extra, self.stream, self.compress = {"Type": kind}, stream, True

    @property
    def data(self) -> bytes:
        return b"stream\nsqueezed\r\nendstream" if self.compress else b"stream\nplain\nendstream"


class Document:
    """Writes its streams, and tables of its own that are ambiguous until it has two objects of padding."""

    def __init__(self) -> None:
        self.attached: list[object] = []

    def write_pdf(self, attachments: list[object], finisher: Any) -> bytes:
        self.objects: list[Any] = [Stream("/Metadata", [b"<x></rdf:RDF>"]), Stream("/XObject", [])]
        self.info = Info()
        self.attached.append(attachments)
        finisher(self, self)
        padding = sum(isinstance(item, Info) for item in self.objects)
        tables = b"\nendstream" if padding == 2 else b"\r\nendstream"
        return b"\n".join(item.data for item in self.objects if isinstance(item, Stream)) + tables

    def add_object(self, item: object) -> None:
        self.objects.append(item)


def test_an_ambiguous_end_is_written_another_way() -> None:
    document = Document()
    content = write_archive(document, lambda: [object()])
    assert b"\r\nendstream" not in content
    assert [item.compress for item in document.objects[:2]] == [False, False]
    assert b'pdfuaid:part="1"' in document.objects[0].stream[0]


def test_each_attempt_gets_attachments_of_its_own() -> None:
    document = Document()
    write_archive(document, lambda: [object()])
    assert len(document.attached) == 3
    assert len({id(attached) for attached in document.attached}) == 3
