"""Turns WeasyPrint's PDF/A-3a into one that is PDF/UA-1 as well, whose table headers say what they head, and whose
streams end where every reader thinks so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from lei.errors import RenderError

# The identifier of PDF/UA, and its description as PDF/A wants it for metadata that it does not know itself.
_UA_IDENTIFICATION = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_END = b"</rdf:RDF>"


# A stream whose last byte is a carriage return: with the line feed that follows it looks like the end of a line, and a
# strict reader counts one byte less than the stream says it has.
_AMBIGUOUS = b"\r\nendstream"
_MOST_PADDING = 8


def write_archive(document: Any, attachments: Callable[[], list[Any]], **options: Any) -> bytes:
    """The bytes of a WeasyPrint document as PDF/A-3a and PDF/UA-1; options: those of its `write_pdf`.

    attachments makes new ones at each call: WeasyPrint reads each of them once.

    Raises RenderError when the document has no XMP metadata to write into.
    """
    content = b""
    for padding in range(_MOST_PADDING):
        content = document.write_pdf(attachments=attachments(), finisher=partial(_finish, padding), **options)
        # What is left are the file's own tables, which are written last: one object more makes them other ones.
        if _AMBIGUOUS not in content:
            break
    return content


def _finish(padding: int, _document: object, pdf: Any) -> None:
    _declare_pdf_ua(pdf)
    _say_what_headers_head(pdf)
    for item in pdf.objects:
        if getattr(item, "compress", False) and item.data.endswith(_AMBIGUOUS):
            item.compress = False
    dictionary = type(pdf.info)  # WeasyPrint's own kind of PDF object, without leaning on the library behind it
    for number in range(padding):
        pdf.add_object(dictionary({"Padding": number}))


def _declare_pdf_ua(pdf: Any) -> None:
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Type") == "/Metadata":
            item.compress = False
            item.stream = [part.replace(_END, _UA_IDENTIFICATION + _END) for part in item.stream]
            return
    raise RenderError("The PDF has no metadata; it cannot be marked as accessible.")


def _say_what_headers_head(pdf: Any) -> None:
    """Gives each header of a table its scope: a column where it stands in the head of the table, else a row.

    WeasyPrint writes of headers only which cells refer to them, and headers of rows refer to none.
    """
    dictionaries: list[Any] = [item for item in pdf.objects if isinstance(item, dict)]
    elements = {item.reference: item for item in dictionaries if "S" in item}
    for header in [element for element in elements.values() if element["S"] == "/TH"]:
        row = elements[header["P"]]
        in_head = elements[row["P"]]["S"] == "/THead"
        header["A"]["Scope"] = "/Column" if in_head else "/Row"
