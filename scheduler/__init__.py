"""Time: clocks, triggers and ticks."""
