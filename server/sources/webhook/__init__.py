"""What other systems send us, signed. See README.md."""

from server.sources.webhook.source import create

__all__ = ["create"]
