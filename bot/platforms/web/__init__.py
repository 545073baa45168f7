"""The web page as a platform: the chat in a browser."""
