"""Feeds are read in a process that can be killed: one child, restarted when it had to go.

feedparser takes over a minute on one element with 200,000 attributes; here it gets ten seconds.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from typing import Any

from app.errors import UnreadableFeed

BUDGET_S = 10.0
START = "from app.sources.parse import main; main()"
PIECE = 256 * 1024
INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "TMPDIR")


class ParseChild:
    """Hands bodies to the child one at a time; safe to call from several threads."""

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self._budget = budget_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def parse(self, body: bytes, url: str, content_type: str) -> dict[str, Any]:
        """What `app.sources.parse.parse_feed` makes of a body.

        Raises `UnreadableFeed` (`parse-budget` when it had to be killed, `unreadable`).
        """
        head = json.dumps({"url": url, "content_type": content_type}).encode()
        with self._lock:
            ends = time.monotonic() + self._budget
            process = self._living()
            try:
                answer = self._exchange(process, head, body, ends)
            except (OSError, EOFError, struct.error) as error:
                self._kill()
                raise UnreadableFeed(
                    "Het lezen van de feed is afgebroken.", reason="unreadable"
                ) from error
            if answer is None:
                self._kill()
                raise UnreadableFeed(
                    f"Het lezen duurde langer dan {self._budget:g} seconden.", reason="parse-budget"
                )
        result: dict[str, Any] = json.loads(answer)
        if "error" in result:
            raise UnreadableFeed(str(result["error"]), reason="unreadable")
        return result

    def close(self) -> None:
        with self._lock:
            self._kill()

    def _living(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._kill()  # it died in the meantime: let go of its pipes
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed words
                [sys.executable, "-P", "-c", START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=_environment(),
            )
        return self._process

    def _exchange(
        self, process: subprocess.Popen[bytes], head: bytes, body: bytes, ends: float
    ) -> bytes | None:
        assert process.stdin is not None
        assert process.stdout is not None
        frame = struct.pack(">II", len(head), len(body)) + head + body
        writer = threading.Thread(target=_write, args=(process.stdin, frame), daemon=True)
        writer.start()
        size = _read(process.stdout, 4, ends)
        if size is None:
            return None
        return _read(process.stdout, struct.unpack(">I", size)[0], ends)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process.wait()
            self._process = None


def _environment() -> dict[str, str]:
    """What an interpreter needs to start, and none of our secrets."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def _write(pipe: Any, frame: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        rest = memoryview(frame)
        while rest:
            rest = rest[os.write(pipe.fileno(), rest[:PIECE]) :]


def _read(pipe: Any, size: int, ends: float) -> bytes | None:
    """Exactly `size` bytes, or None when the time is over; raises `EOFError` on a dead child."""
    data = bytearray()
    while len(data) < size:
        ready, _, _ = select.select([pipe], [], [], max(0.0, ends - time.monotonic()))
        if not ready:
            return None
        piece = os.read(pipe.fileno(), min(size - len(data), PIECE))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
