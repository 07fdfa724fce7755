"""A week as a file: csv, xlsx, pdf, ics."""
