"""The durable total order of a symposium's entries."""
