"""One deadline over everything a request does, also over a server that drips a byte at a time."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from types import TracebackType
from typing import Any

from app.errors import FetchFailed


class Deadline:
    """Counts down; at zero it hangs up whatever connection it was shown.

    httpx's own time-outs are per read, and a read may be repeated for ever. This hangs up the
    socket itself from a timer, so that a blocked read ends.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self.forget()

    @property
    def left(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self._ends - time.monotonic())

    def check(self) -> None:
        """Raises `FetchFailed` (`timeout`) when the time is over."""
        if self.left == 0.0:
            raise FetchFailed("De server antwoordt niet op tijd.", reason="timeout")

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's trace hook: remember the line that was just opened."""
        if event != "connection.connect_tcp.complete":
            return
        line = info["return_value"].get_extra_info("socket")
        if line is not None:
            with self._lock:
                self._lines.append(socket.socket(fileno=os.dup(line.fileno())))
            if self.left == 0.0:
                self._hang_up()  # the timer went off before the line was open

    def forget(self) -> None:
        """Let go of the lines of a finished attempt."""
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def _hang_up(self) -> None:
        with self._lock:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
