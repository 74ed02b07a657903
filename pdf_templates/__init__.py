"""The templates of the scorecard: HTML, CSS and the macro that writes charts as SVG, for the PDF and for web pages."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
