"""What an organiser owes: documents about personal data, made from the settings of the symposium."""

from server.report.duties.documents import Kind, document, file_stem
from server.report.duties.facts import Facts, Lang, Network, Setting, facts_of

__all__ = ["Facts", "Kind", "Lang", "Network", "Setting", "document", "facts_of", "file_stem"]
