"""Telegram, by a bot. See README.md."""

from server.sources.telegram.source import create

__all__ = ["create"]
