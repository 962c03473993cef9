"""One module per file format: a ranked frame in, a file out."""
