"""An inspector, and documents on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server.papers.inspection import Inspector


@pytest.fixture
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[[bytes], Path]:
    """These bytes, as a file."""

    def put(data: bytes) -> Path:
        path = tmp_path / "document"
        path.write_bytes(data)
        return path

    return put
