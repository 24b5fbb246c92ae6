"""Connections that are lost: what is sent again, and that a write that was sent twice proves nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest

from contract_tests.budget import Budget, OutOfBudget
from contract_tests.credentials import Credentials
from contract_tests.exchange import Call, Request, Response
from contract_tests.promise import Promise
from contract_tests.run import Wish, run
from contract_tests.session import plain_session
from contract_tests.targets import AsgiTarget, HttpTarget, Unreachable
from mockserver.app import Twin as App
from tests.judge.test_run import Recorder, state_of


@contextmanager
def dropping(answers: int) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that answers some requests of a connection and then closes it; what it was sent."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    for _ in range(answers):
                        data = connection.recv(65_536)
                        received.append(data)
                        if data:
                            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    received.append(connection.recv(65_536))

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_lost_connection_is_not_opened_again_for_what_may_not_be_repeated(method: str) -> None:
    with dropping(1) as (address, received):
        target = HttpTarget(address)
        assert target.send(Request("GET", "/first")).status == 200
        with pytest.raises(Unreachable, match="connection lost"):
            target.send(Request(method, "/second"))
        target.close()
    assert sum(b"/second" in data for data in received) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_lost_connection_is_opened_again_once_for_what_may_be(method: str) -> None:
    with dropping(1) as (address, received):
        target = HttpTarget(address)
        assert not target.send(Request("GET", "/first")).repeated
        answer = target.send(Request(method, "/second"))
        assert (answer.body, answer.repeated) == (b"ok", True)
        target.close()
    assert sum(b"/second" in data for data in received) == 2


#: A whole answer, and what a server says before it closes a connection: nothing, half a body.
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LOST = [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"]


@contextmanager
def losing(said: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that says something on each of its connections and closes it; what it was sent."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for words in said:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    received.append(connection.recv(65_536))
                    connection.sendall(words)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # nobody comes any more
            thread.join(5)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_new_connection_that_is_lost_is_opened_again_too(method: str) -> None:
    with losing([*LOST, WHOLE]) as (address, received):
        target = HttpTarget(address)
        assert target.send(Request(method, "/second")).body == b"ok"
        target.close()
    assert len(received) == len(LOST) + 1


def test_what_is_sent_again_counts_as_one_more(kopicloud_promise: Promise) -> None:
    with losing([*LOST, WHOLE]) as (address, received):
        target = HttpTarget(address)
        session = plain_session(kopicloud_promise, target, Credentials(), budget=Budget(requests=2))
        with pytest.raises(OutOfBudget):
            session.send(Call(kopicloud_promise.operation("listAllOus")))
        target.close()
    assert len(received) == 2


@pytest.mark.parametrize("request_", [Request("POST", "/second"), Request("PUT", "/second", once=True)])
def test_what_may_not_be_repeated_is_sent_once(request_: Request) -> None:
    """A second time there would be an answer."""
    with losing([b"", WHOLE]) as (address, received):
        target = HttpTarget(address)
        with pytest.raises(Unreachable, match="connection lost"):
            target.send(request_)
        target.close()
    assert len(received) == 1


def test_a_body_that_ends_too_soon_each_time_is_shown() -> None:
    with losing([LOST[1]] * 4) as (address, received):
        target = HttpTarget(address)
        assert target.send(Request("GET", "/second")).body == b"ok"
        target.close()
    assert len(received) == 4


def test_nobody_is_asked_for_a_coding() -> None:
    with losing([WHOLE]) as (address, received):
        target = HttpTarget(address)
        assert target.send(Request("GET", "/")).status == 200
        target.close()
    assert b"\r\naccept-encoding: identity\r\n" in received[0].lower()


class Losing(Recorder):
    """A target that carries out one write of five and loses its answer, so that it is sent again."""

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self._inner.send(request)
        if request.once or request.method not in ("PUT", "DELETE") or len(self.requests) % 5:
            return answer
        return replace(self._inner.send(request), repeated=True)


def test_who_is_asked_twice_is_not_blamed_for_having_done_it_once(
    kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials, kopicloud: App
) -> None:
    before = state_of(kopicloud, target.address)
    losing = Losing(target)
    verdict = run(Wish(promise=kopicloud_promise, target=losing, credentials=credentials, examples=0))
    assert [one.why for one in verdict.unjudged if "what the first one has done is not known" in one.why]
    assert [(one.rule, one.complaint.message) for one in verdict.findings] == []
    assert (verdict.leftovers, state_of(kopicloud, target.address)) == ([], before)
