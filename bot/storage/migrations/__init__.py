"""Alembic's environment and the migrations, run at start."""
