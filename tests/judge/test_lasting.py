"""Things that nothing deletes, numbers as ids, facts that follow from each other: on the promise of Copernica."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from apitwin.data import specs_dir
from contract_tests import lasting
from contract_tests.credentials import from_environment
from contract_tests.environment import NoFooting, find_environment
from contract_tests.exchange import Request, Response
from contract_tests.guard import Guard, Refused
from contract_tests.ledger import Ledger
from contract_tests.model import Resource, tellers
from contract_tests.modes import Mode
from contract_tests.promise import Promise, load
from contract_tests.resources import resources_of
from contract_tests.run import CouldNotRun, Wish, run
from contract_tests.session import plain_session
from contract_tests.targets import AsgiTarget
from contract_tests.verdict import Verdict
from mockserver.app import Options, Twin, build

TAG = "zk4rtm"
MINE, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"


@pytest.fixture(scope="module")
def copernica() -> Promise:
    return load(specs_dir() / "copernica-v1")


@pytest.fixture(scope="module")
def resources(copernica: Promise) -> dict[str, Resource]:
    return resources_of(copernica)


@pytest.fixture
def ledger(resources: dict[str, Resource]) -> Ledger:
    return Ledger(None, tag=TAG, api="copernica-v1", telling=tellers(resources))


def passes(guard: Guard, method: str, target: str, body: Mapping[str, Any] | None = None) -> bool:
    content = b"" if body is None else orjson.dumps(body)
    headers = (("Content-Type", "application/json"),) if content else ()
    try:
        guard.check(Request(method, f"/v1{target}", headers, content))
    except Refused:
        return False
    return True


@pytest.fixture(params=[Mode.ADDITIVE, Mode.FULL])
def guard(request: pytest.FixtureRequest, copernica: Promise, resources: dict[str, Resource], ledger: Ledger) -> Guard:
    return Guard(promise=copernica, resources=resources.values(), ledger=ledger, mode=request.param)


# --- numbers as ids


def test_a_number_names_a_thing_of_the_run_only_as_what_it_is(guard: Guard, ledger: Ledger) -> None:
    ledger.know(ledger.intend("profile", {}), {"ID": "12"})
    assert passes(guard, "DELETE", "/profile/12")
    assert passes(guard, "PUT", "/profile/12/fields", {"Name": "x"})
    assert passes(guard, "POST", "/profile/12/fields", {"Name": "x"})
    assert not passes(guard, "DELETE", "/profile/13")
    assert not passes(guard, "DELETE", "/subprofile/12")
    assert not passes(guard, "DELETE", "/view/12")
    assert not passes(guard, "PUT", "/database/12", {"description": "x"})
    assert not passes(guard, "POST", "/database/12/profiles", {"Name": "x"})


def test_what_was_there_before_is_somebody_elses_whatever_has_its_number(guard: Guard, ledger: Ledger) -> None:
    ledger.respect("database", {"ID": "3", "name": "Customers"})
    ledger.know(ledger.intend("profile", {}), {"ID": "3"})
    assert passes(guard, "DELETE", "/profile/3")
    assert not passes(guard, "PUT", "/database/3", {"description": "x"})
    assert not passes(guard, "PUT", "/database/Customers", {"description": "x"})


def test_a_fact_that_is_a_number_is_no_place_for_things(guard: Guard) -> None:
    guard.facts = frozenset({"5"})
    assert not passes(guard, "POST", "/database/5/profiles", {"Name": "x"})


def test_a_request_for_the_data_of_somebody_stays_and_is_made_in_what_one_owns_only(guard: Guard) -> None:
    guard.facts = frozenset({"ann@shop.example"})
    assert passes(guard, "POST", "/email/ann@shop.example/datarequest") is (guard.mode is Mode.FULL)
    assert not passes(guard, "POST", "/email/bob@shop.example/datarequest")


def test_in_what_is_leased_things_are_made_and_nothing_else_is_done(guard: Guard, ledger: Ledger) -> None:
    assert not passes(guard, "POST", "/database/5/profiles", {"Name": "x"})
    for value in ("5", "Customers"):
        ledger.lease(value, "database")
    assert passes(guard, "POST", "/database/5/profiles", {"Name": "x"})
    assert passes(guard, "POST", "/database/Customers/fields", {"name": f"{TAG}-f1"})
    assert not passes(guard, "POST", "/database/5/fields", {"name": "Name"})
    assert not passes(guard, "PUT", "/database/5", {"description": "x"})
    assert not passes(guard, "PUT", "/database/5/profiles?fields[]=id%3E0", {"Name": "x"})
    assert not passes(guard, "PUT", "/database/5/unsubscribe", {"behavior": "remove"})
    assert not passes(guard, "DELETE", "/database/5/field/Name")
    assert not passes(guard, "POST", "/collection/5/fields", {"name": f"{TAG}-g1"})


def test_a_thing_that_is_updated_gets_no_name_of_others(guard: Guard, ledger: Ledger) -> None:
    """One operation updates a selection, renames and moves it."""
    ledger.know(ledger.intend("view", {}), {"ID": "12"})
    assert passes(guard, "PUT", "/view/12", {"description": "x"})
    assert passes(guard, "PUT", "/view/12", {"name": f"{TAG}-v1", "description": "x"})
    assert not passes(guard, "PUT", "/view/12", {"name": "Newsletter"})
    assert not passes(guard, "PUT", "/view/12", {"name": "Newsletter", "description": "x"})
    assert not passes(guard, "PUT", "/view/12", {"parent-id": "5"})


def test_an_id_of_the_run_is_no_id_in_what_is_somebody_elses(guard: Guard, ledger: Ledger) -> None:
    """A server may count fields and conditions anew in each of what they hang on."""
    for kind, number in (("database", "3"), ("database_field", "12"), ("rule", "4"), ("condition", "13")):
        ledger.know(ledger.intend(kind, {}), {"ID": number})
    assert passes(guard, "DELETE", "/database/3/field/12")
    assert passes(guard, "PUT", "/rule/4/conditions/13", {"value": "x"})
    assert passes(guard, "DELETE", f"/database/5/field/{TAG}-f1")
    assert passes(guard, "DELETE", f"/database/3/field/{TAG}-f1?fieldId=12")
    assert not passes(guard, "DELETE", f"/database/5/field/{TAG}-f1?fieldId=12")
    assert not passes(guard, "DELETE", f"/database/5/field/12?fieldId={TAG}-f1")
    assert not passes(guard, "DELETE", "/database/5/field/12")
    assert not passes(guard, "PUT", "/database/5/field/12", {"value": "x"})
    assert not passes(guard, "PUT", "/rule/5/conditions/13", {"value": "x"})


@pytest.mark.parametrize("key", ["database", "Database", "data[database]", "view", "parent-id", "profile"])
def test_no_key_puts_a_thing_of_the_run_into_somebody_elses(guard: Guard, ledger: Ledger, key: str) -> None:
    """The promise has these keys in answers only; some server may take them."""
    for kind, number in (("database", "3"), ("collection", "12"), ("rule", "13")):
        ledger.know(ledger.intend(kind, {}), {"ID": number})
    for target in ("/database/3/collections", "/collection/12", "/rule/13"):
        method = "POST" if target.endswith("s") else "PUT"
        assert passes(guard, method, target, {"name": f"{TAG}-x1"})
        assert not passes(guard, method, target, {"name": f"{TAG}-x1", key: "5"})


@pytest.mark.parametrize(("value", "taken"), [(True, True), ("1", True), (False, False), ("", False)])
def test_a_flag_is_not_taken_from_a_field_of_others(
    guard: Guard, ledger: Ledger, value: bool | str, taken: bool
) -> None:
    """One field of a database is ordered at most."""
    ledger.know(ledger.intend("database", {}), {"ID": "3"})
    ledger.lease("5", "database")
    for method, rest in (("POST", "fields"), ("PUT", f"field/{TAG}-f1")):
        assert passes(guard, method, f"/database/3/{rest}", {"name": f"{TAG}-f1", "ordered": value})
        assert passes(guard, method, f"/database/5/{rest}", {"name": f"{TAG}-f1", "ordered": value}) is not taken


def test_what_is_referred_to_is_the_runs(guard: Guard, ledger: Ledger) -> None:
    """What a condition refers to shows that it is referred to."""
    for kind, number in (("rule", "4"), ("view", "12"), ("minirule", "6"), ("miniview", "14")):
        ledger.know(ledger.intend(kind, {}), {"ID": number})
    for number, allowed in (("12", True), ("14", True), ("5", False)):
        body = {"type": "ReferView", "refer-view": number}
        assert passes(guard, "POST", "/rule/4/conditions", body) is allowed
        assert passes(guard, "PUT", "/rule/4", {"conditions": [body]}) is allowed
        assert passes(guard, "POST", "/minirule/6/conditions", body) is allowed


# --- what stays


def test_what_stays_hangs_on_nothing_that_is_deleted(resources: dict[str, Resource]) -> None:
    assert [one.name for one in lasting.staying(resources)] == ["database", "interest", "collection"]
    assert lasting.staying(resources_of(load(specs_dir() / "kopicloud-ad"))) == []


def test_what_stays_is_told_with_its_name_and_number(resources: dict[str, Resource]) -> None:
    full, leased = lasting.told(resources, Mode.FULL, {}), {"database": "Customers"}
    assert "works in the database apitwin-d " in full
    assert f"makes up to {lasting.MOST} more" in full
    assert "works in the database Customers " in (additive := lasting.told(resources, Mode.ADDITIVE, leased))
    assert "the interest apitwin-i, the collection apitwin-c" in additive
    assert "more" not in additive
    assert lasting.told(resources, Mode.READ_ONLY, {}) == ""
    assert lasting.told(resources_of(load(specs_dir() / "kopicloud-ad")), Mode.FULL, {}) == ""


def test_everything_that_stays_and_hangs_on_nothing_is_told(resources: dict[str, Resource]) -> None:
    shop = replace(resources["database"], name="shop", title="shop", letter="z")
    full = lasting.told({**resources, "shop": shop}, Mode.FULL, {"shop": "Corner"})
    assert "works in the database apitwin-d and in the shop Corner and in the interest apitwin-i, " in full
    assert f"a database or a shop is made it makes up to {lasting.MOST} more of each" in full
    alone = lasting.told({"shop": shop}, Mode.ADDITIVE, {})
    assert alone == "the run works in the shop apitwin-z: they stay, and the next run finds them"


@pytest.mark.parametrize(
    ("mode", "leased", "good"),
    [
        (Mode.ADDITIVE, {}, False),
        (Mode.ADDITIVE, {"database": "Customers"}, True),
        (Mode.FULL, {}, True),
        (Mode.READ_ONLY, {}, True),
    ],
)
def test_a_run_on_a_system_of_others_is_told_where_to_work(
    copernica: Promise, resources: dict[str, Resource], mode: Mode, leased: dict[str, str], good: bool
) -> None:
    if good:
        lasting.needed(copernica, resources, mode, leased)
    else:
        with pytest.raises(lasting.NoLease, match="--database NAME"):
            lasting.needed(copernica, resources, mode, leased)


def test_what_is_left_alone_need_not_be_reached(resources: dict[str, Resource]) -> None:
    excused = lasting.excused(resources, Mode.ADDITIVE)
    assert {"createDatabase", "updateDatabase", "updateDatabaseUnsubscribe", "updateDatabaseProfiles"} <= excused
    assert not excused & {"createProfile", "updateProfile", "deleteView", "getDatabase", "createRuleCondition"}
    assert lasting.excused(resources, Mode.FULL) == set()


@pytest.fixture(scope="module")
def twin() -> Twin:
    return build(["copernica-v1"], Options())


def walked(promise: Promise, twin: Twin, *, seed: int, **more: Any) -> Verdict:
    """A run on the twin without generated cases."""
    target = AsgiTarget(twin.app)
    credentials = from_environment({"APITWIN_TOKEN": MINE, "APITWIN_TOKEN_OTHER": OTHER})
    wish = Wish(promise=promise, target=target, credentials=credentials, seed=seed, examples=0, plays=0, **more)
    try:
        return run(wish)
    finally:
        target.close()


def rows(twin: Twin) -> dict[str, list[Any]]:
    """Every row of the twin by kind; of values those that clients can see, not those of fields that are gone."""
    dump = twin.worlds.dump("default")
    fields = {one.id for one in dump["copernica.field"]}

    def seen(row: Any) -> Any:
        if not hasattr(row, "values"):
            return row
        return replace(row, values={key: value for key, value in row.values.items() if key in fields})

    return {kind: sorted(repr(seen(row)) for row in found) for kind, found in dump.items()}


@pytest.fixture
def planted(twin: Twin) -> Twin:
    """The twin as planted."""
    twin.worlds.reset("default")
    return twin


def found(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [(one.rule, one.operation, one.complaint.message) for one in verdict.findings]


@pytest.mark.parametrize("seed", [3, 20])
def test_nothing_is_found_on_the_twin(copernica: Promise, planted: Twin, seed: int) -> None:
    verdict = walked(copernica, planted, seed=seed, mode=Mode.FULL)
    assert (found(verdict), verdict.leftovers, verdict.touched, verdict.exit_code) == ([], [], [], 0)
    assert verdict.staying
    again = walked(copernica, planted, seed=seed, mode=Mode.FULL)
    assert (found(again), again.leftovers) == ([], [])


def databases(twin: Twin) -> dict[str, str]:
    """Names of databases by their id."""
    return {str(one.id): one.name for one in twin.worlds.dump("default")["copernica.database"]}


@pytest.mark.parametrize("seeds", [(3, 4), (5, 5)])
def test_a_full_run_on_what_somebody_keeps_makes_few_databases_and_finds_its_own_again(
    copernica: Promise, planted: Twin, seeds: tuple[int, int]
) -> None:
    before = databases(planted)
    first = walked(copernica, planted, seed=seeds[0], mode=Mode.FULL, sparing=True)
    between = databases(planted)
    second = walked(copernica, planted, seed=seeds[1], mode=Mode.FULL, sparing=True)
    after = databases(planted)
    assert (found(first), found(second), first.exit_code, second.exit_code) == ([], [], 0, 0)
    assert (first.leftovers, first.touched, second.leftovers, second.touched) == ([], [], [], [])
    assert len(between.keys() - before.keys()) == len(first.staying) <= lasting.MOST + 1
    assert len(after.keys() - between.keys()) == len(second.staying) - 1 <= lasting.MOST
    assert [list(names.values()).count("apitwin-d") for names in (before, between, after)] == [0, 1, 1]


def test_a_run_in_a_leased_database_leaves_it_as_it_was(copernica: Promise, planted: Twin) -> None:
    leased = {"database": "Geïnteresseerden"}
    first = walked(copernica, planted, seed=4, mode=Mode.ADDITIVE, leased=leased)
    assert (found(first), first.leftovers, first.touched, first.staying) == ([], [], [], [])
    assert first.exit_code == 0
    before = {kind: many for kind, many in rows(planted).items() if "datarequest" not in kind}
    second = walked(copernica, planted, seed=5, mode=Mode.ADDITIVE, leased=leased)
    after = rows(planted)
    assert (found(second), second.exit_code) == ([], 0)
    for kind, many in before.items():
        if not kind.endswith((".number", ".numbers", ".change", ".changes")):
            assert after[kind] == many, kind


def test_a_run_does_not_begin_in_a_database_that_is_not_there(copernica: Promise, planted: Twin) -> None:
    before = planted.worlds.dump("default")
    with pytest.raises(CouldNotRun, match="--database 'Customers': the target shows no database of that name"):
        walked(copernica, planted, seed=4, mode=Mode.ADDITIVE, leased={"database": "Customers"})
    assert planted.worlds.dump("default") == before


def test_without_a_database_an_additive_run_does_not_begin(copernica: Promise, planted: Twin) -> None:
    before = planted.worlds.dump("default")
    with pytest.raises(CouldNotRun, match="--database NAME"):
        walked(copernica, planted, seed=4, mode=Mode.ADDITIVE)
    assert planted.worlds.dump("default") == before


# --- facts of a target


class Telling:
    """A target that answers what it is told to, by path."""

    address, in_process = "telling", True

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def send(self, request: Request) -> Response:
        path = request.path.removeprefix("/v1")
        status = 200 if path in self._answers else 400
        body = self._answers.get(path, {"error": {"message": "no"}})
        return Response(status, (("content-type", "application/json"),), orjson.dumps(body))

    def close(self) -> None: ...


DAY = ["cdm-attempts.2026-01-01.log", "pom-attempts.2026-01-01.log", "cdm-clicks.2026-01-01.log"]
ANSWERS = {
    "/identity": {"name": "Roasters"},
    "/logfiles": ["2025-12-31", "2026-01-01"],
    "/logfiles/2026-01-01": DAY,
    f"/logfiles/{DAY[0]}/json": [{"id": "m1", "templateid": 4, "email": "ann@shop.example", "tags": "tea"}],
    f"/logfiles/{DAY[1]}/json": [{"id": "m2", "templateid": 5, "documentid": 6}],
}


def facts(copernica: Promise, answers: Mapping[str, Any]) -> dict[str, str]:
    return find_environment(plain_session(copernica, Telling(answers), from_environment({"APITWIN_TOKEN": MINE})))


def test_facts_follow_from_each_other(copernica: Promise) -> None:
    told = facts(copernica, ANSWERS)
    assert (told["account"], told["logfile_date"], told["logfile"]) == ("Roasters", "2026-01-01", DAY[0])
    assert (told["old_logfile"], told["message"], told["template"]) == (DAY[1], "m1", "4")
    assert (told["old_message"], told["old_template"], told["old_document"]) == ("m2", "5", "6")


@pytest.mark.parametrize("missing", ["/logfiles", "/logfiles/2026-01-01", f"/logfiles/{DAY[0]}/json"])
def test_what_a_target_does_not_tell_ends_no_run(copernica: Promise, missing: str) -> None:
    told = facts(copernica, {path: body for path, body in ANSWERS.items() if path != missing})
    assert told["account"] == "Roasters"
    assert "message" not in told


def test_who_is_refused_at_once_cannot_run(copernica: Promise) -> None:
    with pytest.raises(NoFooting, match="APITWIN_TOKEN"):
        facts(copernica, {})
