"""People who should know each other, brought together; and newcomers on their way in."""
