"""HTTP: bytes in, bytes out. One file per surface; rules live further down the road."""
