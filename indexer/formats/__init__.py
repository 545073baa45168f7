"""One module per format: from a file's bytes to titled blocks. Runs in the sandbox only."""
