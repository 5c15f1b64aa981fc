"""Rooms of Matrix. See README.md."""

from server.sources.matrix.source import create

__all__ = ["create"]
