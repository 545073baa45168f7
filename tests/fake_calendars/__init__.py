"""Microsoft's and Google's calendars on this machine, as their documentation has them; what they answer is recorded in
tests/payloads/calendars."""
