"""Events: webinars, launches and campaigns, announced, signed up for, asked about, and kept afterwards."""
