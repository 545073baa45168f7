"""What people set about themselves: topics, time zone, quiet hours, language; and which accounts are theirs."""
