"""What stands on the calendar: the dates of all features on one page, in a chat, and in people's own calendars."""
