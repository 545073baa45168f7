"""Somebody's home: what every feature has to say to them, on one page."""
