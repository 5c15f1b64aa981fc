"""The law of a symposium: pure, deterministic, total. See `apply` in `law.py`."""
