"""Requests and ideas: asked for, approved, voted for, done, and what came of them."""
