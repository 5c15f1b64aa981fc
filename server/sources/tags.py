"""Hashtags, compared in one way: by every source, whatever its network did, and by the rules."""

from __future__ import annotations

from server.intake.text import hashtags as tags_in
from server.intake.text import tag_fold as fold_tag

__all__ = ["fold_tag", "tags_in"]
