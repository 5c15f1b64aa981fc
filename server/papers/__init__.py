"""Papers: how a file comes in, what it is, how it goes out, and how often it went."""
