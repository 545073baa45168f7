"""The library: what is known, to browse, search and read."""
