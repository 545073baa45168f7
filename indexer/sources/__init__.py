"""Where files come from. Each source yields what it holds; nothing is parsed here."""
