"""`apitwin serve --watch`: a server process that is started anew whenever promises, seeds or code change.

The socket belongs to the process that watches. So the port stays, and who calls during a restart waits instead of
being refused.
"""

from __future__ import annotations

import multiprocessing
import socket
import sys
from multiprocessing.context import SpawnProcess
from pathlib import Path

import watchfiles

import mockserver
from apitwin import data, server
from apitwin.failure import Failed, leave
from apitwin.parent import follow_parent
from apitwin.server import Plan

#: Seconds a server process may take to stop before it is killed.
PATIENCE = 2.0

#: Milliseconds between two looks at whether the server process still lives.
LOOK = 100


def keep_running(plan: Plan, listener: socket.socket) -> None:
    """Serve, and start anew at every change, until told to stop.

    A twin that cannot be built at first ends it, with that attempt's exit code; one that a change breaks is waited for.
    """
    keeper = Keeper(plan, listener)
    try:
        # the first look finds the watch established; only then may anybody learn that the server is ready
        for changes in watchfiles.watch(*watched(), rust_timeout=LOOK, yield_on_timeout=True):
            keeper.look({Path(path).name for _, path in changes})
    except KeyboardInterrupt:  # so watchfiles reports every signal whose handler raises
        return
    finally:
        keeper.stop()


def watched() -> list[Path]:
    """The folders whose changes matter: promises, seeds, and the code of twin and command."""
    code = [Path(module.__file__ or "").resolve().parent for module in (mockserver, server)]
    return [data.specs_dir(), data.fixtures_dir(), *code]


class Keeper:
    """Keeps one server process going."""

    def __init__(self, plan: Plan, listener: socket.socket) -> None:
        self._plan, self._listener = plan, listener
        self._process: SpawnProcess | None = None
        self._starts = 0

    def look(self, changed: set[str]) -> None:
        """Start the process if there is none yet, or anew after a change; see whether it has ended by itself."""
        if not self._starts:
            self._start()
        elif changed:
            print(f"apitwin: {', '.join(sorted(changed)[:3])} changed; starting again", file=sys.stderr, flush=True)
            self.stop()
            self._start()
        elif self._process and self._process.exitcode is not None:
            self._ended(self._process.exitcode)

    def stop(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process = None

    def _start(self) -> None:
        self._starts += 1
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(self._plan, self._listener), daemon=True)
        self._process.start()

    def _ended(self, code: int) -> None:
        self._process = None
        if code == 0 or self._starts == 1:
            raise SystemExit(code)
        print("apitwin: waiting for the next change", file=sys.stderr, flush=True)


def _serve(plan: Plan, listener: socket.socket) -> None:
    """The server process: serves until it is told to stop, or the process that watches is gone."""
    follow_parent()
    try:
        server.run(plan, listener)
    except Failed as failure:
        leave(failure)
