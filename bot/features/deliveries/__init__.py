"""Messages that did not arrive, or of which nobody can say whether they did: for the admins."""
