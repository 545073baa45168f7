"""Webinars, launches, campaigns: one calendar for everybody."""
