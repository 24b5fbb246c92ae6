"""The control plane under strange requests and strange peers: always JSON, never a trace, never half a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.app import Options, Twin, build
from mockserver.control.plane import BODY_LIMIT
from tests.support.client import Answer, Client, TwinClient, scope_of

WORLDS = "/__twin__/worlds"
CLOCK = f"{WORLDS}/default/clock"


def ask(asked: Client, method: str, target: str, *chunks: bytes, **scope: Any) -> Answer:
    """A request whose body comes in chunks; ``scope`` replaces parts of the ASGI scope."""
    answer = asked.talk({**scope_of(method, target, []), **scope}, list(chunks) or [b""])
    assert answer is not None
    return answer


def is_refusal(answer: Answer, status: int = 400) -> bool:
    """Whether an answer is a refusal in JSON, without a trace."""
    told = list(answer.body) == ["error"] and "Traceback" not in answer.body["error"]
    return told and answer.status == status and answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"name":' * 100_000,
        b'{"name": "x"} {"name": "y"}',
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b'{"name": "x\\u0000"}',
        b'{"name": "a/b"}',
        b'{"name": ".."}',
        b'{"name": ""}',
        b'{"name": "planted of default"}',
        b'{"name": {"x": 1}}',
        b'{"name": ["x"]}',
        b'{"name": "x", "seed": "../../etc/passwd"}',
        b'{"name": "x", "seed": "large:99999999999999999999"}',
        b'{"name": "x", "seed": "large:-1"}',
        b'{"name": "x", "settings": {"licence": {"deep": [1]}}}',
        b'{"name": "x", "settings": {"kopicloud-ad.licence": null}}',
        b'{"name": "x", "from": "planted of default"}',
        b"null",
        b'"x"',
        b"1e400",
        b"name=x",
        b"\x00",
    ],
)
def test_no_world_comes_from_a_body_that_is_not_right(client: Client, kopicloud: Twin, body: bytes) -> None:
    before = kopicloud.worlds.names()
    assert is_refusal(ask(client, "POST", WORLDS, body))
    assert kopicloud.worlds.names() == before


@pytest.mark.parametrize("body", [b'{"advance": NaN}', b'{"advance": 1e999}', b'{"advance": 10e18}', b'{"freeze": 1}'])
def test_no_clock_moves_by_what_is_no_step(client: Client, body: bytes) -> None:
    assert is_refusal(ask(client, "POST", CLOCK, body))
    assert ask(client, "GET", CLOCK).body["frozen"] is False


def test_a_step_too_far_leaves_the_clock_where_it_was(twin: TwinClient) -> None:
    twin.freeze("2026-06-01T12:00:00Z")
    for step in (-1e12, 1e12):
        with pytest.raises(Exception, match="a world's clock shows"):
            twin.advance(step)
    assert twin.control("GET", "clock") == {"now": "2026-06-01T12:00:00+00:00", "frozen": True}
    assert twin.get("/api/OU/All").status == 200


def test_a_large_body_is_refused_however_it_comes(client: Client) -> None:
    assert is_refusal(ask(client, "POST", WORLDS, b"x" * (BODY_LIMIT + 1)))
    assert is_refusal(ask(client, "POST", WORLDS, *[b" " * (BODY_LIMIT // 2)] * 3))


@pytest.mark.parametrize("host", [b"[::1", b"", b"evil.example", b"\xff", b"a b:c:d"])
def test_a_host_that_is_no_address_of_this_machine_is_refused(client: Client, host: bytes) -> None:
    for path in ("/__twin__/health", "/__twin__/health/"):
        assert is_refusal(ask(client, "GET", path, headers=[(b"host", host)]), 403)


@pytest.mark.parametrize(
    "target",
    [
        f"{WORLDS}/%00/state",
        f"{WORLDS}/%FF/state",
        f"{WORLDS}/a%2Fb/state",
        f"{WORLDS}//state",
        f"{WORLDS}/../health",
        f"{WORLDS}/planted%20of%20default/state",
        f"{WORLDS}/{'x' * 10_000}/state",
        f"{WORLDS}/Default/state",
        "/__twin__/%zz",
    ],
)
def test_addresses_of_nothing_are_404(client: Client, target: str) -> None:
    assert is_refusal(ask(client, "GET", target), 404)


def test_a_wrong_method_names_those_that_are_right(client: Client) -> None:
    answer = ask(client, "DELETE", CLOCK)
    assert is_refusal(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["allow"].replace(" ", "").split(","))


@pytest.mark.parametrize("query", ["limit=", "limit=1.5", "limit=1_0", "limit=%D9%A1", "limit=1e3", "limits=1", "x=1"])
def test_a_journal_is_cut_by_a_whole_number_only(client: Client, query: str) -> None:
    assert is_refusal(ask(client, "GET", f"{WORLDS}/default/journal?{query}"))


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        (("127.0.0.1", 1), 200),
        (("127.8.9.10", 1), 200),
        (("::1", 1), 200),
        (("::ffff:127.0.0.1", 1), 200),
        (("::ffff:192.0.2.1", 1), 403),
        (("192.0.2.1", 1), 403),
        (("0.0.0.0", 1), 403),
        (("localhost.evil.example", 1), 403),
        (("", 0), 403),
        (None, 403),
    ],
)
def test_without_a_token_only_this_machine_is_answered(client: Client, peer: Any, status: int) -> None:
    answer = ask(client, "GET", "/__twin__/health", client=peer)
    assert answer.status == status
    assert status == 200 or is_refusal(answer, 403)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"host", b"127.0.0.1:8080")], 200),
        ([(b"host", b"[::1]:8080")], 200),
        ([(b"host", b"[::1]")], 200),
        ([(b"host", b"localhost")], 200),
        ([(b"host", b"127.0.0.1:8080"), (b"origin", b"http://127.0.0.1:8080")], 200),
        ([(b"host", b"127.0.0.1:8080"), (b"origin", b"http://127.0.0.1:9090")], 403),
        ([(b"host", b"127.0.0.1:8080"), (b"origin", b"https://evil.example")], 403),
        ([(b"host", b"127.0.0.1:8080"), (b"origin", b"null")], 403),
        ([(b"host", b"evil.example:8080")], 403),
        ([(b"host", b"localhost.evil.example")], 403),
    ],
)
def test_a_web_page_from_elsewhere_cannot_steer_the_twin(
    client: Client, headers: list[tuple[bytes, bytes]], status: int
) -> None:
    answer = ask(client, "GET", "/__twin__/health", client=("127.0.0.1", 1), headers=headers)
    assert answer.status == status
    assert status == 200 or is_refusal(answer, 403)


class Guarded:
    """Two twins asked from another machine: one whose control token is `s3crét`, one whose token is empty."""

    def __init__(self) -> None:
        options = {token: Options(seed="empty", control_token=token) for token in ("s3crét", "")}
        self._clients = {token: Client(build(["kopicloud-ad"], chosen).app) for token, chosen in options.items()}

    def ask(self, token: str, authorization: bytes | None) -> Answer:
        """What the twin with a token answers to an Authorization header."""
        headers = [] if authorization is None else [(b"authorization", authorization)]
        return ask(self._clients[token], "GET", "/__twin__/health", client=("192.0.2.1", 1), headers=headers)

    def close(self) -> None:
        """End both clients."""
        for client in self._clients.values():
            client.close()


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    """The two twins."""
    both = Guarded()
    yield both
    both.close()


@pytest.mark.parametrize(
    "sent", [None, b"", b"Bearer", b"Bearer ", b"Bearer s3cre\xff", b"bearer s3cr\xe9t", b"s3cr\xc3\xa9t"]
)
def test_a_wrong_token_is_refused_and_the_right_form_named(guarded: Guarded, sent: bytes | None) -> None:
    answer = guarded.ask("s3crét", sent)
    assert is_refusal(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_may_hold_any_text(guarded: Guarded) -> None:
    assert guarded.ask("s3crét", "Bearer s3crét".encode()).status == 200


@pytest.mark.parametrize("sent", [None, b"Bearer ", b"Bearer"])
def test_an_empty_token_opens_nothing(guarded: Guarded, sent: bytes | None) -> None:
    assert is_refusal(guarded.ask("", sent), 403)


def test_settings_show_no_passwords(twin: TwinClient) -> None:
    twin.settings(ADServicePassword="s3cret")
    shown = twin.control("GET", "settings")["kopicloud-ad"]
    assert (shown["ADServicePassword"], shown["ADServiceUser"]) == ("***", "apisvc")


def test_the_journal_shows_no_token_that_login_gave(twin: TwinClient) -> None:
    token = twin.post("/api/Login", username="ann.lee", password="Tw1n-Passw0rd!").result
    twin.get(f"/api/ADUser/{token.replace(' ', '%20')}/Details")
    shown = str(twin.control("GET", "journal"))
    assert token.partition(" ")[2] not in shown
    assert shown.count("Bearer ***") + shown.count("Bearer%20***") >= 2
