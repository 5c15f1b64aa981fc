"""The day again: what stood on the wall at each moment, as far as it may still be seen."""
