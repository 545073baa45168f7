"""Digests: what happened and what is coming, told to a channel or a person at a rhythm of their own."""
