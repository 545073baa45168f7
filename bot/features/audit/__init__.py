"""The audit log, for the admins."""
