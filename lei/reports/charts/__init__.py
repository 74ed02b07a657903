"""The charts of scorecards and pages: figures in, shapes out. `pdf_templates/partials/chart.svg` writes them as SVG."""
