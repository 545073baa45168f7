"""Hours in which experts are there: series, slots, bookings, waiting lists, the live queue."""
