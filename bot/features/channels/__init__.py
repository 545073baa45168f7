"""Shared channels: when Guildhall answers in them, from what, and who decides that."""
