"""Success stories: told in a form, agreed to by those they name, approved, sent out, and kept in the library."""
