"""`apitwin serve --workers N`: several processes that answer on one socket, on one state in a database."""

from __future__ import annotations

import multiprocessing
import socket
import sys
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from apitwin import banner, server
from apitwin.announce import banner_of
from apitwin.failure import Failed, leave
from apitwin.parent import follow_parent
from apitwin.server import Plan

#: Seconds a worker may take to stop before it is killed.
PATIENCE = 2.0


def keep_workers(plan: Plan, listener: socket.socket, number: int) -> None:
    """Serve with so many workers until told to stop; one that dies is replaced. Raises ``Failed``."""
    twin = server.built(plan)
    ready = banner_of(twin, plan.options, plan.tls, listener)
    twin.close()
    crew = Crew(plan, listener)
    try:
        crew.start(number)
        banner.show(ready)
        while True:
            crew.replace_the_dead()
    finally:
        crew.stop()


class Crew:
    """The workers."""

    def __init__(self, plan: Plan, listener: socket.socket) -> None:
        self._plan, self._listener = plan, listener
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[SpawnProcess] = []

    def start(self, number: int) -> None:
        """Start so many at once and wait until each answers; raises ``Failed`` when one cannot."""
        for answers in [self._started() for _ in range(number)]:
            self._wait(answers)

    def replace_the_dead(self) -> None:
        """Wait until a worker ends, and start another in its place; raises ``Failed`` when that one cannot serve."""
        wait([process.sentinel for process in self._processes])
        for process in [one for one in self._processes if one.exitcode is not None]:
            self._processes.remove(process)
            print(f"apitwin: a worker ended with {process.exitcode}; starting another", file=sys.stderr, flush=True)
            self._wait(self._started())

    def stop(self) -> None:
        """End all of them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(PATIENCE)
            if process.exitcode is None:
                process.kill()
                process.join()

    def _started(self) -> Connection:
        answers, ready = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_serve, args=(self._plan, self._listener, ready), daemon=True)
        process.start()
        ready.close()
        self._processes.append(process)
        return answers

    def _wait(self, answers: Connection) -> None:
        try:
            answers.recv()
        except EOFError:
            raise Failed("a worker could not be started; the line above says why") from None
        finally:
            answers.close()


def _serve(plan: Plan, listener: socket.socket, ready: Connection) -> None:
    """A worker: serves until it is told to stop, or the process that started it is gone."""
    follow_parent()
    try:
        server.run(plan, listener, ready=lambda: _tell(ready))
    except Failed as failure:
        leave(failure)


def _tell(ready: Connection) -> None:
    ready.send(True)
    ready.close()
