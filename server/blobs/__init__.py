"""Bytes by their SHA-256; the child process that redraws pictures; the gate that fetches strangers' pictures."""
