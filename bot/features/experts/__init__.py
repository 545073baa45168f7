"""Who knows what: people who offered their help, what they know, and when they are there."""
