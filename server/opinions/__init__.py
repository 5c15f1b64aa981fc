"""Opinion groups: what a hall that votes on statements agrees on, and where it parts."""
