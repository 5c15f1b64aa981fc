"""X. See README.md."""

from server.sources.x.source import create

__all__ = ["create"]
