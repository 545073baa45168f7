"""Broadcasts: one message for many places, each of which gets it once."""
