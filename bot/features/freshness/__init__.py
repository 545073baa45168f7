"""Freshness: whether what the library says still holds is asked of whoever owns it."""
