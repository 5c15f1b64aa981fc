"""The child's module: its words are known to the server, and its decoders stay out of the server."""

from __future__ import annotations

import subprocess
import sys

from PIL import Image, UnidentifiedImageError

from server.blobs import image_child
from server.blobs.images import Reason


def test_every_reason_of_the_child_is_one_of_ours() -> None:
    errors = [MemoryError(), Image.DecompressionBombError(), UnidentifiedImageError(), OSError()]

    assert {Reason(image_child.reason_of(error)) for error in errors} == {
        Reason.OUT_OF_MEMORY,
        Reason.TOO_MANY_PIXELS,
        Reason.UNKNOWN_FORMAT,
        Reason.BROKEN,
    }


def test_the_servers_own_process_does_not_even_load_a_decoder() -> None:
    """Control: the child's module does."""

    def loads_pillow(module: str) -> bool:
        program = f"import sys, {module}; print('PIL' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=30)
        return ran.stdout.strip() == b"True"

    assert loads_pillow("server.blobs.image_child")
    assert not loads_pillow("server.blobs.pictures")
