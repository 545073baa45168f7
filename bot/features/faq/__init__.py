"""Save as FAQ: what somebody said well becomes a draft, and a file that the library can be made from."""
