"""Channels of IRC. See README.md."""

from server.sources.irc.source import create

__all__ = ["create"]
