"""What the control plane does, and what it refuses: always in JSON, never half."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mockserver.app import Options, Twin, build
from tests.support.client import Answer, Client, TwinClient

WORLDS = "/__twin__/worlds"


class Operator:
    """Requests to the control plane, JSON in and out, from any peer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; a body of bytes travels as it is."""
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self._client.request(method, path, headers=headers, body=content)


@pytest.fixture
def operator(client: Client) -> Operator:
    """An operator on this machine."""
    return Operator(client)


def test_health_counts_operations_and_worlds(operator: Operator, twin: TwinClient) -> None:
    health = operator.ask("GET", "/__twin__/health").body
    names = operator.ask("GET", WORLDS).body["worlds"]
    assert health == {"status": "ok", "apis": {"kopicloud-ad": 84}, "worlds": len(names)}
    assert {"default", twin.world} <= set(names)


def test_a_world_from_a_seed_with_other_settings(operator: Operator) -> None:
    wanted = {"name": "small", "seed": "empty", "settings": {"licence": "expired", "kopicloud-ad.APIEnableDns": False}}
    assert operator.ask("POST", WORLDS, wanted).body == {"world": "small"}
    settings = operator.ask("GET", f"{WORLDS}/small/settings").body["kopicloud-ad"]
    assert (settings["licence"], settings["APIEnableDns"], settings["APIEnableAD"]) == ("expired", False, True)
    assert operator.ask("DELETE", f"{WORLDS}/small").body == {"dropped": "small"}
    assert operator.ask("GET", f"{WORLDS}/small/state").status == 404


def test_a_fork_goes_its_own_way_and_a_snapshot_none(operator: Operator, twin: TwinClient) -> None:
    fork, snapshot = f"{twin.world}.fork", f"{twin.world}.snapshot"
    operator.ask("POST", WORLDS, {"name": fork, "from": twin.world})
    operator.ask("POST", WORLDS, {"name": snapshot, "from": twin.world, "frozen": True})
    for world, status in ((fork, 200), (snapshot, 400)):
        made = twin.post("/api/DnsLookupZone/new.example", headers={"Twin-World": world})
        assert made.status == status
    changes = operator.ask("GET", f"{WORLDS}/{twin.world}/diff/{fork}").body["kopicloud-ad.zone"]
    assert (len(changes["added"]), changes["removed"], changes["changed"]) == (1, [], {})
    assert operator.ask("POST", f"{WORLDS}/{fork}/restore", {"snapshot": snapshot}).body == {"world": fork}
    assert operator.ask("GET", f"{WORLDS}/{twin.world}/diff/{fork}").body == {}
    before = operator.ask("GET", f"{WORLDS}/{fork}/state").body
    assert operator.ask("POST", f"{WORLDS}/{fork}/compact").body == {"world": fork}
    assert operator.ask("GET", f"{WORLDS}/{fork}/state").body == before
    for world in (fork, snapshot):
        assert operator.ask("DELETE", f"{WORLDS}/{world}").status == 200


def test_a_reset_forgets_what_clients_did(operator: Operator, twin: TwinClient) -> None:
    twin.post("/api/DnsLookupZone/new.example")
    assert operator.ask("POST", f"{WORLDS}/{twin.world}/reset").body == {"world": twin.world}
    assert twin.control("GET", "journal") == {"entries": []}
    assert twin.get("/api/DnsZones/new.example/Exists").result is False


def test_settings_change_while_running(twin: TwinClient) -> None:
    changed = twin.control("PUT", "settings", {"kopicloud-ad": {"licence": "expired"}})
    assert changed["kopicloud-ad"]["licence"] == "expired"
    assert twin.get("/api/OU/All").status == 403
    twin.control("PUT", "settings", {"kopicloud-ad": {"licence": "trial"}})
    assert twin.get("/api/OU/All").status == 200


def test_one_wrong_setting_changes_none(operator: Operator, twin: TwinClient) -> None:
    wanted = {"kopicloud-ad": {"licence": "expired", "api-version": "9"}}
    assert operator.ask("PUT", f"{WORLDS}/{twin.world}/settings", wanted).status == 400
    assert twin.get("/api/OU/All").status == 200


def test_the_clock_stands_runs_and_jumps(twin: TwinClient) -> None:
    moved = twin.control("POST", "clock", {"freeze": "2027-01-31T12:00:00+02:00", "advance": 60})
    assert moved == {"now": "2027-01-31T10:01:00+00:00", "frozen": True}
    assert twin.control("GET", "clock") == moved
    assert twin.control("POST", "clock", {"thaw": True})["frozen"] is False
    assert twin.control("POST", "clock", {"freeze": True})["now"].startswith("2027-01-31T10:01:0")


def test_the_journal_shows_the_last_calls_without_secrets(twin: TwinClient) -> None:
    twin.post("/api/Login", username="apiadmin", password="Tw1n-Passw0rd!")
    twin.get("/api/OU/All")
    both = twin.control("GET", "journal")["entries"]
    assert [(entry["operation"], entry["status"]) for entry in both] == [("login", 200), ("listAllOus", 200)]
    assert both[0]["query"] == {"username": "apiadmin", "password": "***"}
    assert twin.control("GET", "journal?limit=1")["entries"] == both[1:]
    assert twin.control("GET", "journal?limit=0")["entries"] == []


@pytest.mark.parametrize("secret", ["Tw1n-Passw0rd!", "twin-key-baseline", "eyJhbGciOiJIUzI1NiIs", "YXBpYWRtaW46"])
def test_the_state_shows_everything_but_secrets(twin: TwinClient, secret: str) -> None:
    state = twin.control("GET", "state")
    assert {"apiadmin", "ann.lee"} <= {row["name"] for row in state["kopicloud-ad.object"]}
    (settings,) = (row["values"] for row in state["settings"])
    assert (settings["password-min-length"], settings["APIADAuthenticationGroup"]) == (7, "API AD Operators")
    assert secret not in str(state)


def test_a_diff_shows_no_secrets(twin: TwinClient) -> None:
    assert twin.put("/api/ADUser/ann.lee/ResetPassword", newPassword="An0ther-Passw0rd!").status == 200
    (changes,) = twin.control("GET", "diff/default")["kopicloud-ad.object"]["changed"].values()
    assert changes["password"] == ["***", "***"]


def test_the_administration_of_a_product(twin: TwinClient) -> None:
    made = twin.admin("create-jwt", name="pipeline", minutes=5)
    assert (made["name"], made["type"], made["user"]) == ("pipeline", "Jwt", "Administrator")
    assert twin.get("/api/OU/All", token=made["value"]).status == 200
    twin.admin("disable-token", name="pipeline")
    assert twin.get("/api/OU/All", token=made["value"]).status == 401
    assert {token["name"]: token["status"] for token in twin.admin("list-tokens")}["pipeline"] == "Disabled"


REFUSED = [
    ("POST", "", {}, 400, "'name' is missing; it is to be text"),
    ("POST", "", {"name": 5}, 400, "'name': 5 is no text"),
    ("POST", "", {"name": "x", "sede": "empty"}, 400, "unknown name 'sede' (did you mean 'seed'?)"),
    ("POST", "", {"name": "x", "seed": "emtpy"}, 400, "kopicloud-ad has no seed 'emtpy' (did you mean 'empty'?)"),
    ("POST", "", {"name": "x", "seed": 5}, 400, "'seed': 5 is no text"),
    ("POST", "", {"name": "x", "settings": 5}, 400, "'settings': 5 is no object"),
    ("POST", "", {"name": "x", "settings": {"lisence": "trial"}}, 400, "unknown setting 'lisence' (did you mean"),
    ("POST", "", {"name": "x", "from": "default", "seed": "empty"}, 400, "unknown name 'seed' (known: from, frozen"),
    ("POST", "", {"name": "x", "from": "defualt"}, 400, "no world 'defualt' (did you mean 'default'?)"),
    ("POST", "", {"name": "x", "from": None}, 400, "'from': null is no text"),
    ("POST", "", {"name": "x", "from": "default", "frozen": 1}, 400, "'frozen': 1 is no true or false"),
    ("POST", "", {"name": "x", "frozen": True}, 400, "unknown name 'frozen'"),
    ("POST", "", {"name": "default", "seed": "empty"}, 400, "world 'default' exists already"),
    ("POST", "", {"name": "a b"}, 400, "world name 'a b': allowed are 1 to 64 letters"),
    ("POST", "", [1], 400, "the body must be a JSON object, not list"),
    ("POST", "", b"{", 400, "request body: no JSON: "),
    ("POST", "", b"\xff", 400, "request body: no JSON: "),
    ("PUT", "/default/settings", {"kopicloud-ad": {"DNSZone": "a\0"}}, 400, "request body: kopicloud-ad.DNSZone: NUL"),
    ("POST", "/default/admin/kopicloud-ad/create-jwt", {"name": "a\0"}, 400, "request body: name: NUL"),
    ("POST", "/default/admin/kopicloud-ad/delete-token", {"name": "\0"}, 400, "request body: name: NUL"),
    ("DELETE", "/default", None, 400, "the world 'default' cannot be dropped; reset it instead"),
    ("DELETE", "/defualt", None, 404, "no world 'defualt' (did you mean 'default'?)"),
    ("POST", "/default/reset", {"to": "empty"}, 400, "unknown name 'to'"),
    ("POST", "/default/reset?seed=empty", None, 400, "unknown name 'seed'"),
    ("GET", "/default/state?limit=5", None, 400, "unknown name 'limit'"),
    ("GET", "/default/clock", {"freeze": True}, 400, "unknown name 'freeze'"),
    ("GET", "/default/journal?limt=5", None, 400, "unknown name 'limt' (did you mean 'limit'?)"),
    ("POST", "/default/compact", {"deep": True}, 400, "unknown name 'deep'"),
    ("POST", "/nowhere/compact", None, 404, "no world 'nowhere'"),
    ("POST", "/default/restore", {}, 400, "'snapshot' is missing; it is to be text"),
    ("POST", "/default/restore", {"snapshot": 5}, 400, "'snapshot': 5 is no text"),
    ("GET", "/default/diff/defualt", None, 400, "no world 'defualt' (did you mean 'default'?)"),
    ("PUT", "/default/settings", {"kopicloud-da": {}}, 400, "unknown name 'kopicloud-da' (did you mean 'kopicloud-ad'"),
    ("PUT", "/default/settings", {"kopicloud-ad": 1}, 400, "'kopicloud-ad': 1 is no object"),
    ("PUT", "/default/settings", {"kopicloud-ad": {"licence": 1}}, 400, "licence: 1 is no text"),
    ("POST", "/default/clock", {}, 400, "say what to do: freeze, thaw or advance"),
    ("POST", "/default/clock", {"freze": True}, 400, "unknown name 'freze' (did you mean 'freeze'?)"),
    ("POST", "/default/clock", {"freeze": "noon"}, 400, "freeze: 'noon' is neither true nor an ISO 8601 moment"),
    ("POST", "/default/clock", {"freeze": False}, 400, "freeze: False is neither true nor an ISO 8601 moment"),
    ("POST", "/default/clock", {"freeze": "9999-12-31T23:59:59Z"}, 400, "a world's clock shows 1970-01-01 to 2999-12"),
    ("POST", "/default/clock", {"thaw": False}, 400, "thaw: False is not true"),
    ("POST", "/default/clock", {"advance": "1"}, 400, "advance: '1' is no number of seconds"),
    ("POST", "/default/clock", {"advance": True}, 400, "advance: True is no number of seconds"),
    ("POST", "/default/clock", {"advance": 1e11}, 400, "a world's clock shows 1970-01-01 to 2999-12-31"),
    ("POST", "/default/clock", {"advance": -1e11}, 400, "a world's clock shows 1970-01-01 to 2999-12-31"),
    ("POST", "/default/clock", {"advance": 1e300}, 400, "advance: 1e+300 seconds are too many"),
    ("GET", "/default/journal?limit=-1", None, 400, "'limit': '-1' is no whole number"),
    ("GET", "/default/journal?limit=%C2%B2", None, 400, "'limit': '²' is no whole number"),
    ("POST", "/default/admin/kopicloud-da/list-tokens", None, 404, "no API 'kopicloud-da' (did you mean"),
    ("POST", "/default/admin/kopicloud-ad/list-token", None, 404, "kopicloud-ad has no function 'list-token' (did you"),
    ("POST", "/default/admin/kopicloud-ad/create-jwt", {}, 400, "'name' is missing; it is to be text"),
    ("GET", "/default/journals", None, 404, "nothing is at /__twin__/worlds/default/journals (did you mean"),
    ("PATCH", "/default/clock", None, 405, "PATCH is not offered at /__twin__/worlds/default/clock; allowed: "),
]


@pytest.mark.parametrize(("method", "place", "body", "status", "message"), REFUSED)
def test_what_is_refused_changes_nothing(
    operator: Operator, method: str, place: str, body: Any, status: int, message: str
) -> None:
    before = operator.ask("GET", f"{WORLDS}/default/state").body, operator.ask("GET", WORLDS).body
    answer = operator.ask(method, WORLDS + place, body)
    assert (answer.status, list(answer.body)) == (status, ["error"])
    assert answer.body["error"].startswith(message)
    assert (operator.ask("GET", f"{WORLDS}/default/state").body, operator.ask("GET", WORLDS).body) == before


def test_a_fault_is_answered_and_logged(
    operator: Operator, kopicloud: Twin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> list[str]:
        raise ZeroDivisionError("inner detail")

    monkeypatch.setattr(kopicloud.worlds, "names", broken)
    answer = operator.ask("GET", WORLDS)
    assert (answer.status, answer.body) == (500, {"error": "the twin failed on this request; its log says why"})
    assert "inner detail" in caplog.text


@pytest.mark.parametrize(
    ("given", "status"), [("", 401), ("Bearer other", 401), ("Bearer s3cret", 200), ("Basic s3cret", 401)]
)
def test_a_control_token_is_asked_for(given: str, status: int) -> None:
    client = Client(build(["kopicloud-ad"], Options(seed="empty", control_token="s3cret")).app)
    answer = Operator(client).ask("GET", "/__twin__/health", authorization=given)
    assert answer.status == status
    client.close()
