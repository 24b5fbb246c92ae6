"""How much, how fast and how long: bounds of a run, and its patience with a busy target."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from contract_tests.budget import LONGEST, PAUSES, BadRate, Budget, OutOfBudget, rate_of
from contract_tests.credentials import Credentials
from contract_tests.exchange import Call, Request, Response
from contract_tests.guard import Refused
from contract_tests.promise import Promise
from contract_tests.run import CLOSING, CLOSING_EACH, CouldNotRun, Wish, run
from contract_tests.session import Session, plain_session
from contract_tests.targets import AsgiTarget, HttpTarget, Unreachable
from mockserver.app import Twin as App
from tests.face.command import Twin
from tests.judge.checking import check
from tests.judge.checking import credentials as variables
from tests.judge.test_run import Recorder, state_of

OK = Response(200, (("content-type", "application/json"),), b'{"output":"","result":[]}')


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def budget(
    clock: Clock, requests: int | None = None, seconds: float | None = None, rate: float | None = None
) -> Budget:
    return Budget(requests, seconds, rate, clock=clock, sleep=clock.sleep)


# --- bounds


@pytest.mark.parametrize(
    ("text", "rate"), [("5/s", 5.0), ("300/m", 5.0), ("1800/h", 0.5), ("0.5", 0.5), (" 2 / S ", 2.0)]
)
def test_a_rate_is_read_as_people_write_it(text: str, rate: float) -> None:
    assert rate_of(text) == rate


@pytest.mark.parametrize("text", ["", "x", "5/d", "0/s", "-1", "inf", "nan", "5//s", "5/s/s"])
def test_what_is_no_rate_is_told(text: str) -> None:
    with pytest.raises(BadRate, match="is no rate; give one such as 5/s"):
        rate_of(text)


def test_a_rate_is_kept(clock: Clock) -> None:
    spending = budget(clock, rate=4.0)
    for _ in range(9):
        spending.spend()
    assert sum(clock.slept) == pytest.approx(2.0)
    clock.now += 10  # time that was not used is not made up for
    spending.spend()
    spending.spend()
    assert sum(clock.slept) == pytest.approx(2.25)


def test_requests_are_counted(clock: Clock) -> None:
    spending = budget(clock, requests=3)
    for _ in range(3):
        spending.spend()
    with pytest.raises(OutOfBudget, match="3 requests are sent"):
        spending.spend()


def test_time_is_over(clock: Clock) -> None:
    spending = budget(clock, seconds=30)
    clock.now += 29.9
    spending.spend()
    clock.now += 0.1
    with pytest.raises(OutOfBudget, match="30 s are over"):
        spending.spend()


def test_nothing_is_waited_for_that_comes_after_the_end(clock: Clock) -> None:
    spending = budget(clock, seconds=1, rate=0.1)
    spending.spend()
    with pytest.raises(OutOfBudget):
        spending.spend()
    assert clock.slept == []


def test_clearing_up_is_outside_of_the_budget_and_bounded(clock: Clock) -> None:
    spending = budget(clock, requests=1, seconds=1, rate=10)
    spending.spend()
    clock.now += 5
    spending.close(2)
    spending.spend()
    spending.spend()
    with pytest.raises(OutOfBudget, match="clearing up took too many requests"):
        spending.spend()
    assert clock.slept == [pytest.approx(0.1)]


# --- patience


class Busy:
    """A target somewhere else that answers these in turn, then well."""

    address, in_process = "http://busy.example", False

    def __init__(self, *answers: Response) -> None:
        self._answers = list(answers)
        self.sent = 0

    def send(self, request: Request) -> Response:
        self.sent += 1
        return self._answers.pop(0) if self._answers else OK

    def close(self) -> None:
        """Nothing."""


def busy(status: int, after: str | None = None) -> Response:
    return Response(status, (("retry-after", after),) if after else (), b"")


def session_with(target: Busy, promise: Promise, clock: Clock, **bounds: float) -> Session:
    return plain_session(promise, target, Credentials(), budget=budget(clock, **bounds))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ([busy(429, "7"), busy(429, "3")], [7.0, 3.0]),
        ([busy(429)] * 3, [1.0, 2.0, 4.0]),
        ([busy(503, "5")], [5.0]),
        ([busy(503), busy(503)], [1.0, 2.0]),
        ([busy(429, "86400")], [LONGEST]),
        ([busy(429, "soon")], [1.0]),
        ([busy(429, "Wed, 21 Oct 2015 07:28:00 GMT")], [0.0]),
    ],
    ids=["as asked", "doubling", "503 as asked", "503", "bounded", "unreadable", "a date that is over"],
)
def test_a_busy_target_is_given_time(
    answers: list[Response], slept: list[float], kopicloud_promise: Promise, clock: Clock
) -> None:
    target = Busy(*answers)
    exchange = session_with(target, kopicloud_promise, clock).send(Call(kopicloud_promise.operation("listAllOus")))
    assert (exchange.response.status, clock.slept, target.sent) == (200, slept, len(answers) + 1)


def test_a_date_is_waited_for(kopicloud_promise: Promise, clock: Clock) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    target = Busy(busy(503, date))
    session_with(target, kopicloud_promise, clock).send(Call(kopicloud_promise.operation("listAllOus")))
    assert 30 < clock.slept[0] <= 40


def test_every_try_is_a_request(kopicloud_promise: Promise, clock: Clock) -> None:
    target = Busy(*[busy(429)] * 9)
    with pytest.raises(OutOfBudget):
        session_with(target, kopicloud_promise, clock, requests=3).send(Call(kopicloud_promise.operation("listAllOus")))
    assert target.sent == 3


def test_a_target_that_stays_too_busy_cannot_be_judged(kopicloud_promise: Promise, clock: Clock) -> None:
    target = Busy(*[busy(429)] * 99)
    with pytest.raises(Unreachable, match="answers 429, however long the run waits; lower --rate"):
        session_with(target, kopicloud_promise, clock).send(Call(kopicloud_promise.operation("listAllOus")))
    assert target.sent == PAUSES + 1


def test_a_target_that_stays_out_of_service_is_judged_on_that(kopicloud_promise: Promise, clock: Clock) -> None:
    target = Busy(*[busy(503)] * 99)
    exchange = session_with(target, kopicloud_promise, clock).send(Call(kopicloud_promise.operation("listAllOus")))
    assert (exchange.response.status, target.sent) == (503, PAUSES + 1)


def test_all_pauses_of_a_run_are_bounded_together(kopicloud_promise: Promise, clock: Clock) -> None:
    session = session_with(Busy(*[busy(503, "60")] * 99), kopicloud_promise, clock)
    for _ in range(4):
        session.send(Call(kopicloud_promise.operation("listAllOus")))
    assert sum(clock.slept) == 300.0


@pytest.mark.parametrize(("after", "sent"), [(None, 1), ("2", 2)])
def test_what_may_have_been_done_is_not_sent_again(
    after: str | None, sent: int, kopicloud_promise: Promise, clock: Clock
) -> None:
    target = Busy(busy(503, after))
    login = Call(kopicloud_promise.operation("login"), {"username": "", "password": "x"}, credential=None)
    session_with(target, kopicloud_promise, clock).send(login)
    assert target.sent == sent


def test_a_target_that_says_nothing_is_given_up_after_one_request(kopicloud_promise: Promise) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = HttpTarget(f"http://127.0.0.1:{listener.getsockname()[1]}", patience=0.2)
        wish = Wish(promise=kopicloud_promise, target=target, credentials=Credentials({"valid": "Bearer x"}))
        with pytest.raises(CouldNotRun, match="no answer in time"):
            run(wish)
        connection, _ = listener.accept()
        connection.close()
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
        target.close()


# --- whole runs


@pytest.mark.parametrize(
    "bounded", [lambda: Budget(requests=400), lambda: Budget(requests=40), lambda: Budget(requests=1)]
)
def test_a_run_out_of_budget_clears_up(
    kopicloud: App,
    kopicloud_promise: Promise,
    target: AsgiTarget,
    credentials: Credentials,
    bounded: Callable[[], Budget],
) -> None:
    before, most = state_of(kopicloud, target.address), bounded().requests or 0
    recorder = Recorder(target)
    wish = Wish(promise=kopicloud_promise, target=recorder, credentials=credentials, budget=bounded, examples=0)
    if most == 1:  # not even stock could be taken
        with pytest.raises(CouldNotRun, match="used up before the run has begun: 1 requests are sent"):
            run(wish)
    else:
        verdict = run(wish)
        assert verdict.spent == f"the budget is used up: {most} requests are sent"
        assert (verdict.leftovers, verdict.touched, verdict.stopped) == ([], [], "")
        assert {one.why for one in verdict.unjudged if one.rule == "unknown-route"} == {
            f"the run had ended: {most} requests are sent"
        }
        cleared = verdict.engines["clear"]
        assert len(recorder.requests) == most + cleared
        assert cleared <= CLOSING + CLOSING_EACH * most
        assert verdict.exit_code == 1  # operations that never succeeded
    assert len(recorder.requests) >= most
    assert state_of(kopicloud, target.address) == before


def test_the_options_reach_the_run(served: Twin, tmp_path: Path) -> None:
    ended = check(
        "kopicloud-ad", "--target", served.url, "--max-requests", "60", "--rate", "1000/s", "--max-time", "60",
        folder=tmp_path, environment=variables(served),
    )  # fmt: skip
    assert ended.code == 1
    assert "ended early: the budget is used up: 60 requests are sent" in ended.output
    assert ended.report["mode"] == "full"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--rate", "fast"), "--rate 'fast' is no rate; give one such as 5/s or 300/m"),
        (("--max-requests", "0"), "Invalid value for '--max-requests': '0' is not a whole number, 1 or more"),
        (("--max-time", "x"), "Invalid value for '--max-time': 'x' is not a number of seconds"),
        (("--mode", "all"), "--mode 'all' is unknown; known: read-only, additive, full"),
    ],
)
def test_bounds_that_cannot_be_read_are_told(arguments: tuple[str, ...], line: str, tmp_path: Path) -> None:
    environment = {"APITWIN_TOKEN": "Bearer abcdefghijkl.0123456789"}
    ended = check(
        "kopicloud-ad", "--target", "http://127.0.0.1:9", *arguments, folder=tmp_path, environment=environment
    )
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors.startswith(f"apitwin: {line}")


def test_what_is_not_allowed_is_not_sent(kopicloud_promise: Promise, target: AsgiTarget, clock: Clock) -> None:
    def nothing(operation: str, method: str) -> None:
        raise Refused(f"{method} {operation} is not planned")

    session = plain_session(kopicloud_promise, target, Credentials())
    recorder = Recorder(target)
    session.target, session.allowance = recorder, nothing
    with pytest.raises(Refused, match="GET listAllOus is not planned"):
        session.send(Call(kopicloud_promise.operation("listAllOus")))
    assert recorder.requests == []
