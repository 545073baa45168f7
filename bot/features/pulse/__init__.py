"""Pulse: a short, rare question whether the Center of Excellence helps, answered without a name."""
