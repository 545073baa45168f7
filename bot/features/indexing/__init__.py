"""Keeping the library in step with its sources: what is connected, runs, uploads, and the way back."""
