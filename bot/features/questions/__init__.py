"""Asking: a question, its answer with sources, what people thought of it, and the wish for an expert."""
