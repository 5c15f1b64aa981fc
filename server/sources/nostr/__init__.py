"""Nostr. See README.md."""

from server.sources.nostr.source import create

__all__ = ["create"]
