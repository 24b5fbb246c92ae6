"""What a promise leaves free alarms nobody: words for people, forms on the wire, names of all kinds, others at work."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from apitwin.data import specs_dir
from contract_tests.compare import dn
from contract_tests.exchange import Call, Exchange, Request, Response
from contract_tests.modes import Mode
from contract_tests.planted.measure import Ground
from contract_tests.planted.wire import Answer, answers
from contract_tests.promise import Promise, load
from contract_tests.rules.registry import discover
from contract_tests.rules.spelling import spellings
from contract_tests.run import Wish, run
from contract_tests.samples import other_case
from contract_tests.targets import Asgi, AsgiTarget, Target
from contract_tests.verdict import Verdict
from mockserver.app import Options, build

ROOT = "DC=kopicloud,DC=local"


@pytest.fixture(scope="module")
def kopicloud(kopicloud_promise: Promise) -> Ground:
    return Ground(kopicloud_promise)


@pytest.fixture(scope="module")
def copernica() -> Ground:
    return Ground(load(specs_dir() / "copernica-v1"))


@contextmanager
def fresh(ground: Ground, app: Asgi | None = None) -> Iterator[AsgiTarget]:
    """The twin as planted, or an application in front of it."""
    ground.twin.worlds.reset("default")
    target = AsgiTarget(app or ground.twin.app)
    try:
        yield target
    finally:
        target.close()


def judged(ground: Ground, target: Target, mode: Mode, rules: frozenset[str], **more: Any) -> Verdict:
    """A run without generated cases, by some rules or by all."""
    wish = Wish(
        promise=ground.promise,
        target=target,
        credentials=ground.credentials,
        mode=mode,
        seed=7,
        examples=0,
        plays=0,
        rules=rules or None,
        **more,
    )
    return run(wish)


def complaints(verdict: Verdict, rules: Iterable[str]) -> list[tuple[str, str, str]]:
    """What a run finds, which came to its end and judged rules; one on exchanges needs no more than requests."""
    known = discover()
    assert (verdict.stopped, verdict.breakdowns) == ("", [])
    assert verdict.requests > 0
    assert [one for one in rules if known[one].scope != "exchange" and not verdict.judged.get(one)] == []
    return [(one.rule, one.operation, one.complaint.message) for one in verdict.findings]


def reasons(verdict: Verdict) -> set[tuple[str, str]]:
    """Rules that something kept from being judged on a subject, and what that was."""
    return {(one.rule, one.why) for one in verdict.unjudged}


def found(ground: Ground, target: Target, mode: Mode, *rules: str, **more: Any) -> list[tuple[str, str, str]]:
    """What such a run finds."""
    return complaints(judged(ground, target, mode, frozenset(rules), **more), rules)


# --- the wire


class Free:
    """Everything in an answer that no promise says, and another each time: order of keys, blanks, escapes, case of
    header names, headers beside those of the API, words for people."""

    def __init__(self, message: Callable[[Any, str], None]) -> None:
        self._chance, self._message = random.Random(1), message

    def __call__(self, _: Any, answer: Answer) -> Answer:
        if "json" in dict(answer.headers).get(b"content-type", b"").decode() and answer.body:
            value = json.loads(answer.body)
            self._message(value, f"Ça va — “{self._chance.random()}” <b>&</b>\n")
            text = json.dumps(self._shuffled(value), indent=self._chance.choice([None, 1])).replace("/", "\\/")
            answer = answer.with_body(f"\r\n{text} ".encode())
        more = [
            (b"Set-Cookie", b"a=b"),
            (b"Set-Cookie", b"c=d"),
            (b"ETag", b'W/"1"'),
            (b"Vary", b"Accept"),
            (b"Via", b"1.1 x"),
        ]
        named = [(self._chance.choice([key.title(), key.upper()]), value) for key, value in answer.headers]
        return Answer(answer.status, (*named, *more), answer.body)

    def _shuffled(self, value: Any) -> Any:
        if isinstance(value, dict):
            keys = self._chance.sample(list(value), len(value))
            return {key: self._shuffled(value[key]) for key in keys}
        return [self._shuffled(one) for one in value] if isinstance(value, list) else value


def outcome(value: Any, text: str) -> None:
    if isinstance(value, dict) and "output" in value:
        value["output"] = text


#: The words of refusals that a source shows.
SHOWN = "Invalid access token"


def refusal(value: Any, text: str) -> None:
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict) and error["message"] != SHOWN:
        error["message"] = text


@pytest.mark.parametrize(
    ("api", "message", "mode"),
    [("kopicloud", outcome, Mode.ADDITIVE), ("copernica", refusal, Mode.READ_ONLY)],
)
def test_what_the_wire_leaves_free_is_free(
    request: pytest.FixtureRequest, api: str, message: Callable[[Any, str], None], mode: Mode
) -> None:
    ground: Ground = request.getfixturevalue(api)
    with answers(Free(message))(ground.twin.app, ground.promise) as app, fresh(ground, app) as target:
        assert found(ground, target, mode) == []


def bare(_: Any, answer: Answer) -> Answer:
    """Refusals as no source describes them: the outcome text, a key of the framework, and no result."""
    return answer.with_json({"output": answer.json["output"], "traceId": "1"}) if answer.status >= 400 else answer


def test_the_form_of_refusals_fails_nobody_where_it_is_assumed(kopicloud: Ground) -> None:
    with answers(bare)(kopicloud.twin.app, kopicloud.promise) as app, fresh(kopicloud, app) as target:
        keys = frozenset({"missing-key", "undocumented-key", "envelope-on-refusal"})
        verdict = judged(kopicloud, target, Mode.READ_ONLY, keys | {"absent-is-not-found"})
        assert verdict.findings.errors() == []
        assert {one.rule for one in verdict.findings} == keys


@pytest.mark.parametrize(
    ("before", "complaints"), [("", 0), ("/rest", 0), ("/a/b", 0), ("/v1", 1), ("/a/v1", 1), ("/a b", 1)]
)
def test_addresses_may_lie_behind_the_path_of_another_server(copernica: Ground, before: str, complaints: int) -> None:
    def moved(_: Any, answer: Answer) -> Answer:
        lead = b"http://127.0.0.1"
        headers = ((key, value.replace(lead, b"https://api.test" + before.encode())) for key, value in answer.headers)
        return Answer(answer.status, tuple(headers), answer.body)

    with answers(moved)(copernica.twin.app, copernica.promise) as app, fresh(copernica, app) as target:
        response = call(copernica, target, "POST", "/v1/databases", name="Behind")
        operation = copernica.promise.operation("createDatabase")
        exchange = Exchange(Call(operation), Request("POST", "/v1/databases"), response)
        assert response.header("x-location") is not None
        found = list(discover()["outcome-headers"].judge(exchange, copernica.promise) or ())
        assert (len(found) > 0) is bool(complaints)


# --- names


def test_names_are_turned_only_where_they_stay_the_same_name() -> None:
    assert other_case("Straße ı ﬁ Ä abC") == "sTRAßE ı ﬁ ä ABc"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"OU=\c3\84b\2c x, DC=a", r"ou=äb\, X,dc=A"),
        (r"OU=a\=b\;c,DC=a", "OU=a=b;c,DC=a"),
        (r"OU=a\\b,DC=a", r"OU=a\5cb,DC=a"),
        (r"OU=\ a,DC=a", r"OU=\20a,DC=a"),
    ],
)
def test_distinguished_names_are_equal_however_they_are_escaped(one: str, other: str) -> None:
    assert dn(one, other)


@pytest.mark.parametrize(("one", "other"), [(r"OU=\ a,DC=a", "OU=a,DC=a"), (r"OU=a\,DC=a", "OU=a,DC=a")])
def test_what_needs_its_backslash_is_another_name_without(one: str, other: str) -> None:
    assert not dn(one, other)


@pytest.mark.parametrize(
    "path", [r"OU=\ lead,DC=a", r"OU=ä\,b,DC=a", r"OU=\23x,DC=a", r"OU=a\\,DC=a", "OU=b,OU=ß,DC=a"]
)
def test_other_spellings_of_a_distinguished_name_are_equal_to_it(path: str) -> None:
    forms = [form for how, form in spellings(path) if "LDAP" not in how.upper()]
    assert len(set(forms)) > 2
    assert all(dn(form, path) for form in forms)


def call(ground: Ground, target: Target, method: str, path: str, **body: Any) -> Response:
    """A call of somebody else."""
    place, token = ground.promise.conventions["credential"], ground.credentials.values["valid"]
    headers = (("Auth-Token", token),) if place["name"] == "Auth-Token" else (("Content-Type", "application/json"),)
    path += "" if place["name"] == "Auth-Token" else f"?{place['name']}={token}"
    return target.send(Request(method, path, headers, json.dumps(body).encode() if body else b""))


@pytest.mark.parametrize("name", [" lead", "a,b", "ßa", "#x", 'q"<'])
def test_containers_of_others_may_have_any_name(kopicloud: Ground, name: str) -> None:
    with fresh(kopicloud) as target:
        made = call(kopicloud, target, "POST", f"/api/OU?OUName={quote(name)}&OUDestinationPath={ROOT}")
        assert made.status == 200
        assert found(kopicloud, target, Mode.READ_ONLY, "paths-in-any-form", "names-match-without-case") == []


def test_fields_of_others_may_have_the_special_names(copernica: Ground) -> None:
    with fresh(copernica) as target:
        for name in ("id", "code", "modified"):
            assert call(copernica, target, "POST", "/v1/database/1/fields", name=name, type="text").status == 201
        assert found(copernica, target, Mode.READ_ONLY) == []


def test_fields_of_a_leased_database_may_have_nearly_the_special_names(copernica: Ground) -> None:
    with fresh(copernica) as target:
        for name in ("id", "code", "modified", "ID", "CODE", "MODIFIED"):
            assert call(copernica, target, "POST", "/v1/database/1/fields", name=name, type="text").status == 201
        rules = "status-fits-situation", "story", "filter-that-says-nothing", "lists-in-the-order-asked-for"
        leased = {"database": "Geïnteresseerden"}
        verdict = judged(copernica, target, Mode.ADDITIVE, frozenset(rules), leased=leased)
        assert complaints(verdict, rules) == []
        hidden = {("story", f"filters by {name} mean a field of that name here") for name in ("code", "code, id")}
        assert hidden <= reasons(verdict)


def test_lists_of_others_may_be_long(copernica: Ground) -> None:
    with fresh(copernica) as target:
        for _ in range(1200):
            assert call(copernica, target, "POST", "/v1/database/1/profiles").status == 201
        assert found(copernica, target, Mode.READ_ONLY, "batches-make-the-list") == []


LONG = """
title: many profiles
seed: 1
clock: "2026-01-05T09:00:00Z"
accounts:
- name: Roasters
  databases:
  - name: Many
    created: "2015-01-01 00:00:00"
    fields: [{name: Name, type: text}]
    generate:
      profiles: 4500
      created: {from: "2015-01-01 00:00:00", to: "2025-12-31 23:59:59"}
      fields: {Name: [Ann, Bob]}
applications: [{client_key: shop, name: Shop, client_secret: shop-secret}]
users: [{login: ann, password: Tw1n-Passw0rd!, accounts: [Roasters]}]
tokens: [{token: 0123456789abcdef0123456789abcdef, application: shop, account: Roasters}]
"""


def test_a_leased_database_may_hold_more_than_is_read(copernica: Ground, tmp_path: Path) -> None:
    seeds = tmp_path / "copernica-v1" / "seeds"
    seeds.mkdir(parents=True)
    (seeds / "long.yaml").write_text(LONG, "utf-8")
    app = build(["copernica-v1"], Options(seed="long", fixtures=tmp_path)).app
    with fresh(copernica, app) as target:
        rules = "filter-chooses", "lists-what-exists", "location-leads-there"
        verdict = judged(copernica, target, Mode.ADDITIVE, frozenset(rules), leased={"database": "Many"})
        assert complaints(verdict, rules) == []
        long = "listDatabaseProfiles: the list is too long to be read as a whole"
        assert {("filter-chooses", long), ("lists-what-exists", long)} <= reasons(verdict)


# --- rules of the house


#: What a domain may ask of accounts.
STRICT = {"password-min-length": 20, "lockout-threshold": 1}


@pytest.mark.parametrize("states", [False, True])
def test_a_domain_may_be_strict_about_accounts(kopicloud: Ground, states: bool) -> None:
    rules = ["status-fits-situation", "every-operation-succeeds", "login-checks-the-password", "story"]
    with fresh(kopicloud, build(["kopicloud-ad"], Options(settings=STRICT)).app) as target:
        rules += ["state-story"] if states else []
        assert found(kopicloud, target, Mode.ADDITIVE, *rules, states=states) == []


# --- others at work


class Passing:
    """A target on which somebody makes a user before every third request, and takes it back after it."""

    in_process = True
    address = "visited"

    def __init__(self, inner: Target, ground: Ground) -> None:
        self._inner, self._ground, self._number = inner, ground, 0

    def send(self, request: Request) -> Response:
        self._number += 1
        others = self._number % 3 == 0
        if others:
            call(self._ground, self._inner, "POST", "/api/ADUser/a.visitor?City=Oslo")
        response = self._inner.send(request)
        if others:
            call(self._ground, self._inner, "DELETE", "/api/ADUser/a.visitor")
        return response

    def close(self) -> None: ...


@pytest.mark.parametrize("rule", ["default-sent-is-default", "unknown-name-ignored", "names-match-without-case"])
def test_what_others_take_back_is_no_difference(kopicloud: Ground, rule: str) -> None:
    with fresh(kopicloud) as target:
        assert found(kopicloud, Passing(target, kopicloud), Mode.READ_ONLY, rule) == []


class Leaving:
    """A target from which things that lists show first are taken away in the middle of a run."""

    in_process = True
    address = "left"

    def __init__(self, inner: Target, ground: Ground, after: int) -> None:
        self._inner, self._ground, self._left = inner, ground, after
        self._all("POST", "ADUser/aaa", "ADGroups/AAB/Security", "Computers/AAA-1/Register", "DnsLookupZone/aaa.test")

    def _all(self, method: str, *paths: str) -> None:
        for path in paths:
            assert call(self._ground, self._inner, method, f"/api/{path}").status == 200

    def send(self, request: Request) -> Response:
        self._left -= 1
        if self._left == 0:
            self._all("DELETE", "ADUser/aaa", "ADGroups/AAB/Remove", "Computers/AAA-1/Remove", "DnsLookupZone/aaa.test")
        return self._inner.send(request)

    def close(self) -> None: ...


@pytest.mark.parametrize("after", [250, 700])
def test_what_others_take_away_need_not_be_there(kopicloud: Ground, after: int) -> None:
    with fresh(kopicloud) as target:
        assert found(kopicloud, Leaving(target, kopicloud, after), Mode.READ_ONLY) == []


class Busy:
    """A target on which somebody writes something new into the first profile once in so many requests."""

    in_process = True
    address = "busy"

    def __init__(self, inner: Target, ground: Ground, every: int) -> None:
        self._inner, self._ground, self._every, self._number = inner, ground, every, 0

    def send(self, request: Request) -> Response:
        self._number += 1
        if self._number % self._every == 0:
            text = {"Voornaam": f"Zoë {self._number}"}
            assert call(self._ground, self._inner, "PUT", "/v1/profile/1/fields", **text).status == 200
        return self._inner.send(request)

    def close(self) -> None: ...


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("rule", ["batches-make-the-list", "every-base-path"])
def test_what_others_change_meanwhile_is_no_difference(copernica: Ground, rule: str, every: int) -> None:
    with fresh(copernica) as target:
        assert found(copernica, Busy(target, copernica, every), Mode.READ_ONLY, rule) == []


def test_what_others_change_is_not_changed_by_reading(copernica: Ground) -> None:
    with fresh(copernica) as target:
        assert found(copernica, Busy(target, copernica, 5), Mode.READ_ONLY, "reading-changes-nothing") == []
