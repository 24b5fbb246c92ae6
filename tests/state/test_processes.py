"""What one process changes holds for the next request to any other; a restart loses nothing."""

from __future__ import annotations

import orjson
import pytest

from mockserver.kernel.store.protocol import StoreError
from tests.state.conftest import Start
from tests.state.twins import Process, create, exists
from tests.support.databases import Databases

#: How often each thing is switched in one process and looked at in the other.
ROUNDS = 25


def test_a_restart_finds_everything_again(start: Start) -> None:
    first = start()
    assert create(first.world(), "gil.katz") == 200
    first.world().settings(licence="trial")
    first.world().freeze("2031-05-06T07:08:09Z")
    first.twin.worlds.fork("default", "ci")
    journal = first.world().control("GET", "journal")
    first.close()
    again = start()
    assert exists(again.world(), "gil.katz")
    assert exists(again.world("ci"), "gil.katz")
    assert again.world().control("GET", "settings")["kopicloud-ad"]["licence"] == "trial"
    assert again.world().control("GET", "clock") == {"now": "2031-05-06T07:08:09+00:00", "frozen": True}
    assert again.world().control("GET", "journal")["entries"][: len(journal["entries"])] == journal["entries"]
    assert again.token == first.token


def test_a_restart_plants_nothing_and_says_so(address: str) -> None:
    first = Process(address)
    assert first.twin.remarks == ()
    first.close()
    again = Process(address, seed="empty", settings={"licence": "trial"})
    assert again.twin.remarks == (
        "the state began with seed 'baseline' and goes on from there; 'empty' is not planted",
        "the state has its settings already; licence stay as they are",
    )
    assert exists(again.world(), "ann.lee")
    again.close()


def test_users_made_through_one_process_are_seen_and_changed_through_the_other(start: Start) -> None:
    one, other = start().world(), start().world()
    for number in range(ROUNDS):
        name = f"user{number}"
        assert create(one, name) == 200
        assert create(other, name) == 400
        assert other.put(f"/api/ADUser/{name}/Rename/{name}x").status == 200
        assert (exists(one, name), exists(one, f"{name}x")) == (False, True)
        one, other = other, one


def test_switches_in_one_process_hold_in_the_other(start: Start) -> None:
    one, other = start().world(), start().world()
    for _ in range(ROUNDS):
        one.settings(licence="expired")
        assert other.get("/api/OU/All").status == 403
        one.settings(licence="perpetual", APIEnableADOu=False)
        assert other.get("/api/OU/All").status == 404
        one.settings(APIEnableADOu=True)
        assert other.get("/api/OU/All").status == 200
        one, other = other, one


def test_tokens_and_clocks_of_one_process_hold_in_the_other(start: Start) -> None:
    one, other = start().world(), start().world()
    one.freeze("2030-01-01T00:00:00Z")
    for number in range(ROUNDS):
        token = one.admin("create-jwt", name=f"job {number}", minutes=5)["value"]
        assert other.get("/api/OU/All", token=token).status == 200
        one.advance(301)
        assert other.get("/api/OU/All", token=token).status == 401
        other.admin("delete-token", name=f"job {number}")
        one, other = other, one


def test_worlds_of_one_process_are_those_of_the_other(start: Start) -> None:
    first, second = start(), start()
    for number in range(5):
        name = f"w{number}"
        first.twin.worlds.fork("default", name)
        assert create(second.world(name), "gil.katz") == 200
        assert exists(first.world(name), "gil.katz")
        second.twin.worlds.reset(name)
        assert not exists(first.world(name), "gil.katz")
        first.twin.worlds.drop(name)
        assert second.world(name).get("/api/OU/All").output.startswith(f"no world '{name}'")
        second.twin.worlds.create(name, lambda store: None)
        assert first.twin.worlds.dump(name) == {}
        second.twin.worlds.drop(name)


def test_all_processes_write_one_journal(start: Start) -> None:
    processes = [start(), start()]
    for number in range(6):
        processes[number % 2].world().get("/api/ADUser/ann.lee/Details", ShowFields=f"field{number}")
    journals = [process.world().control("GET", "journal")["entries"] for process in processes]
    assert journals[0] == journals[1]
    assert [entry["number"] for entry in journals[0]] == [1, 2, 3, 4, 5, 6]
    assert [entry["query"] for entry in journals[0]] == [{"ShowFields": f"field{number}"} for number in range(6)]
    assert {entry["operation"] for entry in journals[0]} == {"getUser"}
    processes[0].control("POST", "worlds/default/reset")
    assert processes[1].world().control("GET", "journal") == {"entries": []}


def test_no_secret_of_the_journal_lies_in_the_database(start: Start, address: str) -> None:
    process = start()
    assert create(process.world(), "gil.katz") == 200
    with process.twin.worlds._store.connections.engine.connect() as connection:  # type: ignore[attr-defined]
        (packed,) = connection.exec_driver_sql("SELECT entry FROM exchanges").one()
    assert orjson.loads(bytes(packed))["query"] == [["Password", "***"], ["FirstName", "Gil"]]


def test_a_state_of_other_apis_is_refused(databases: Databases) -> None:
    address = databases.address("sqlite")
    first = Process(address)
    first.twin.worlds._store.note({"planted other": "baseline"})  # type: ignore[attr-defined]
    with first.twin.worlds._store.connections.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("DELETE FROM facts WHERE name = 'planted kopicloud-ad'")
    first.close()
    with pytest.raises(StoreError, match=r"planted for other, not for kopicloud-ad; serve other from it, or name"):
        Process(address)
