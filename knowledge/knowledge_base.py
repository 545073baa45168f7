"""The knowledge in force: one snapshot at a time, swapped between two turns."""
