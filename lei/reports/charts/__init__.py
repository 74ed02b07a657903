"""The charts of scorecards and pages: figures in, shapes out. SVG is made by `pdf_templates/partials/chart.html`."""
