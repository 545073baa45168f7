"""Where people meet Guildhall: chat platforms, the web page and the command line."""
