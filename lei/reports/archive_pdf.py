"""Turns WeasyPrint's PDF/A-3a into one that is PDF/UA-1 as well: its XMP metadata must say so, uncompressed."""

from __future__ import annotations

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


def declare_pdf_ua(_document: object, pdf: Any) -> None:
    """A finisher for WeasyPrint's `write_pdf`.

    Raises RenderError when the document has no XMP metadata to write into.
    """
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Type") == "/Metadata":
            item.compress = False
            item.stream = [part.replace(_END, _UA_IDENTIFICATION + _END) for part in item.stream]
            return
    raise RenderError("The PDF has no metadata; it cannot be marked as accessible.")
