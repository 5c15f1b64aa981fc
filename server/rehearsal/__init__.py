"""The rehearsal, played by `run.py demo`: an invented symposium with its cast, its pictures and its clockwork."""

from __future__ import annotations

from server.rehearsal.conductor import Conductor, Stage, Waiting
from server.rehearsal.drawing import PICTURES, draw
from server.rehearsal.faults import Fault, flood, hijack
from server.rehearsal.script import Author, Kind, Programme, RehearsalPost, Ruling, evening, posts, programme

__all__ = [
    "PICTURES",
    "Author",
    "Conductor",
    "Fault",
    "Kind",
    "Programme",
    "RehearsalPost",
    "Ruling",
    "Stage",
    "Waiting",
    "draw",
    "evening",
    "flood",
    "hijack",
    "posts",
    "programme",
]
