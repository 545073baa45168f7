"""One module for each command. Each imports what it needs inside its function, so that --help stays quick."""
