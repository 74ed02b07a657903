"""The charts of scorecards and pages: figures in, shapes out, which `pdf_templates/partials/chart.html` writes as SVG."""
