"""
A child as `image_child.py`, except that some pictures make it misbehave. Run by path; arguments: that file, its limits.

The last bytes of a picture say how: SLEEP, SEGFAULT (half-way through its answer), LONG (an endless head), LIE (HTML
called a JPEG), HUGE (a picture that is wider than any may be), JUNK (a head that is no JSON).
"""

import importlib.util
import json
import os
import signal
import struct
import sys
import time
from typing import Any

spec = importlib.util.spec_from_file_location("image_child", sys.argv[1])
assert spec is not None
assert spec.loader is not None
child: Any = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
redraw = child.redraw


def raw(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def odd(data: bytes, kind: str) -> Any:
    if data.endswith(b"SLEEP"):
        time.sleep(60)
    if data.endswith(b"SEGFAULT"):
        raw(struct.pack(">I", 100) + b'{"pictures"')
        os.kill(os.getpid(), signal.SIGSEGV)
    if data.endswith(b"LONG"):
        raw(b"\xff\xff\xff\xff")
    if data.endswith(b"JUNK"):
        raw(struct.pack(">I", 4) + b"junk")
    if data.endswith(b"LIE"):
        return [child.Encoded("image/jpeg", 10, 10, b"<script>alert(1)</script>")]
    if data.endswith(b"HUGE"):
        return [child.Encoded("image/jpeg", 100_000, 10, b"\xff\xd8\xff")]
    return redraw(data, kind)


child.redraw = odd
child.main(json.loads(sys.argv[2]))
