"""Mastodon and compatible servers. See README.md."""

from server.sources.mastodon.source import create

__all__ = ["create"]
