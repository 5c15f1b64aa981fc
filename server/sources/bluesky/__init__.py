"""Bluesky. See README.md."""

from server.sources.bluesky.source import create

__all__ = ["create"]
