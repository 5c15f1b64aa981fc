"""The live chat of a YouTube broadcast. See README.md."""

from server.sources.youtube.source import create

__all__ = ["create"]
