"""How things are kept: engine, unit of work, inbox, outbox, nonces, transcript, ticks, audit, migrations."""
