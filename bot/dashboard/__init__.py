"""The frame that people see on the web: sign-in, navigation, static files and the features' pages."""
