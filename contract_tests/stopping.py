"""How a run is stopped from outside: where it is safe, so that it can still clear up."""

from __future__ import annotations

from types import FrameType, TracebackType


class Stopped(Exception):
    """Somebody wants the run to end."""


class Stop:
    """The wish to end a run, as a handler of signals.

    A signal that raised wherever it arrives would be lost in a callback of the garbage collector, or be taken for the
    failure of an example by a library that looks for failures. So it is only noted, and raises ``Stopped`` when the
    next request is due; a wait for the target ends at once. Whoever asks twice does not want to wait: that raises
    ``KeyboardInterrupt`` on the spot.

    As a context it is one such wait.
    """

    def __init__(self) -> None:
        self._asked = self._waiting = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        self._check()

    def __enter__(self) -> None:
        self._waiting = True
        self._check()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._waiting = False

    def _check(self) -> None:
        if self._asked and self._waiting:
            self._waiting = False
            raise Stopped
