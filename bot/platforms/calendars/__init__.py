"""Microsoft 365 and Google calendars: invitations are put there, nothing is read but when somebody is busy."""
