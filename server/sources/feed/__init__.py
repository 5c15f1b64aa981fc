"""RSS, Atom and JSON Feed. See README.md."""

from server.sources.feed.source import create

__all__ = ["create"]
