"""`apitwin serve --state` as its user sees it: restarts, workers, two servers on one database, and no extra."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.face.command import LIMIT, ROOT, Twin, clean_environment, serving
from tests.support.databases import Databases

ROUNDS, CONNECTIONS = 20, 8
SETTINGS = "/__twin__/worlds/default/settings"


class Line:
    """One connection that is kept, and with it one worker."""

    def __init__(self, twin: Twin) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(twin.url).netloc, timeout=LIMIT)
        self._header = twin.header("twin-admin")

    def ask(self, method: str, path: str, body: object = None) -> int:
        """The status of the answer."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, body=content, headers=self._header)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def check_that_all_see(lines: list[Line]) -> None:
    """What is switched through one line holds for the next request on any other."""
    for number in range(ROUNDS):
        speaker = lines[number % len(lines)]
        for switched, status in ((False, 404), (True, 200)):
            assert speaker.ask("PUT", SETTINGS, {"kopicloud-ad": {"APIEnableADOu": switched}}) == 200
            assert [line.ask("GET", "/api/OU/All") for line in lines] == [status] * len(lines)


def test_what_is_changed_through_one_worker_holds_in_all(address: str) -> None:
    with serving("kopicloud-ad", "--state", address, "--workers", "4") as twin, ExitStack() as stack:
        lines = [Line(twin) for _ in range(CONNECTIONS)]
        for line in lines:
            stack.callback(line.close)
        check_that_all_see(lines)


def test_two_servers_on_one_database_are_one_twin(address: str) -> None:
    with ExitStack() as stack:
        twins = [stack.enter_context(serving("kopicloud-ad", "--state", address)) for _ in range(2)]
        assert twins[0].told.credentials == twins[1].told.credentials
        lines = [Line(twin) for twin in twins]
        for line in lines:
            stack.callback(line.close)
        check_that_all_see(lines)


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
