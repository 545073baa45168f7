"""E-mail over SMTP: invitations and what people want sent there. Nothing comes in this way."""
