"""Intake: what edges hand in becomes an entry with a verdict. Pure: no I/O, no clock, no randomness."""
