"""`apitwin serve --state` as its user sees it: restarts, workers, two servers on one database, and no extra."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.face.command import LIMIT, ROOT, Twin, clean_environment, serving
from tests.support.databases import Databases
from tests.support.sockets import peer
from tests.support.thorough import times

WORKERS = 4

#: Rounds of eight switches, each observed through all four workers: 1 024 observations when there are 32.
ROUNDS = times(16, 32)

PROBE = "/api/OU/All"
WORLD = "/__twin__/worlds/default"
SETTINGS, CLOCK, ADMIN = f"{WORLD}/settings", f"{WORLD}/clock", f"{WORLD}/admin/kopicloud-ad"


class Line:
    """A connection that is kept: the process that has taken it answers all its requests."""

    def __init__(self, twin: Twin) -> None:
        self._twin, self._header = twin, twin.header("twin-admin")
        self._connection = http.client.HTTPConnection(urlsplit(twin.url).netloc, timeout=LIMIT)

    def ask(self, method: str, path: str, body: object = None, *, token: str | None = None) -> tuple[int, Any]:
        """Status and body of the answer."""
        header = self._header if token is None else dict.fromkeys(self._header, token)
        self._connection.request(method, path, body=None if body is None else json.dumps(body), headers=header)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def switch(self, method: str, path: str, body: object) -> Any:
        """The body of the answer to a change, which must succeed."""
        status, answer = self.ask(method, path, body)
        assert status == 200, answer
        return answer

    def worker(self) -> int:
        """The id of the process that has taken it."""
        assert self.ask("GET", "/__twin__/health")[0] == 200
        return peer(self._connection.sock, self._twin.process.pid)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def line_to_each(twin: Twin) -> Iterator[list[Line]]:
    """A line to each worker. Those found are held up, so that another one takes the next connection."""
    lines: dict[int, Line] = {}
    with ExitStack() as stack:
        with ExitStack() as held:
            for _ in range(WORKERS):
                line = Line(twin)
                stack.callback(line.close)
                worker = line.worker()
                lines[worker] = line
                os.kill(worker, signal.SIGSTOP)
                held.callback(os.kill, worker, signal.SIGCONT)
        assert len(lines) == WORKERS
        yield list(lines.values())


def switches(speaker: Line, name: str) -> Iterator[tuple[int, str | None]]:
    """Switch licence, section, token and clock there and back; what the probe answers then, with which token."""
    for setting, value, status in [
        ("licence", "expired", 403),
        ("licence", "perpetual", 200),
        ("APIEnableADOu", False, 404),
        ("APIEnableADOu", True, 200),
    ]:
        speaker.switch("PUT", SETTINGS, {"kopicloud-ad": {setting: value}})
        yield status, None
    token = speaker.switch("POST", f"{ADMIN}/create-jwt", {"name": name, "user": "apiadmin", "minutes": 5})["value"]
    yield 200, token
    speaker.switch("POST", CLOCK, {"advance": 301})
    yield 401, token
    speaker.switch("POST", CLOCK, {"advance": -301})
    yield 200, token
    speaker.switch("POST", f"{ADMIN}/delete-token", {"name": name})
    yield 401, token


def check_that_all_see(lines: list[Line], rounds: int) -> None:
    """What is switched through one line holds for the next request on any other."""
    for number in range(rounds):
        for status, token in switches(lines[number % len(lines)], f"job {number}"):
            assert [line.ask("GET", PROBE, token=token)[0] for line in lines] == [status] * len(lines)


@pytest.mark.parametrize("rounds", [ROUNDS])
def test_what_is_switched_through_one_worker_holds_in_all(address: str, rounds: int) -> None:
    options = ("--state", address, "--workers", str(WORKERS))
    with serving("kopicloud-ad", *options) as twin, line_to_each(twin) as lines:
        check_that_all_see(lines, rounds)


def test_two_servers_on_one_database_are_one_twin(address: str) -> None:
    with ExitStack() as stack:
        twins = [stack.enter_context(serving("kopicloud-ad", "--state", address)) for _ in range(2)]
        assert twins[0].told.credentials == twins[1].told.credentials
        lines = [Line(twin) for twin in twins]
        for line in lines:
            stack.callback(line.close)
        check_that_all_see(lines, 4)


def test_a_stopped_server_goes_on_where_it_was(address: str) -> None:
    with serving("kopicloud-ad", "--state", address) as twin:
        made = twin.ask("POST", "/api/ADUser/gil.katz?Password=Tw1n-Passw0rd!", headers=twin.header("twin-admin"))
        assert made.status_code == 200
        code, errors = twin.stop()
    assert (code, errors) == (0, [])
    with serving("kopicloud-ad", "--state", address, "--seed", "empty") as twin:
        warning = "warning: the state began with seed 'baseline' and goes on from there; 'empty' is not planted"
        assert warning in twin.lines
        found = twin.ask("GET", "/api/ADUser/gil.katz/Details", headers=twin.header("twin-admin"))
        assert found.status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_workers_stop_with_the_command(databases: Databases, number: signal.Signals) -> None:
    with serving("kopicloud-ad", "--state", databases.address("sqlite"), "--workers", "2") as twin:
        code, errors = twin.stop(number)
    assert (code, errors) == (0, [])


def test_without_the_extra_the_command_names_it(databases: Databases) -> None:
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from apitwin.cli import main; sys.argv = ['apitwin', *sys.argv[1:]]; main()"
    )
    command = [sys.executable, "-c", program, "serve", "--port", "0", "--state", databases.address("sqlite")]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=LIMIT, check=False
    )
    message = "apitwin: state in a database needs the extra 'sql' (sqlalchemy is missing): pip install 'apitwin[sql]'\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_a_twin_in_memory_loads_nothing_of_it() -> None:
    program = (
        "import sys; from mockserver.app import build; build(['kopicloud-ad'])\n"
        "print(*(name for name in sys.modules if name.split('.')[0] in ('sqlalchemy', 'alembic', 'psycopg')))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=True)
    assert done.stdout.split() == []
