"""One folder per platform: its events become Turns, Replies become its own markup."""
