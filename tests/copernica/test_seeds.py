"""The seeds: what the baseline promises, that all of it is checked, and the large account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from apitwin import data
from apitwin.data import strict_yaml
from mockserver.apis.copernica.models.selections import CONDITION_CLASSES
from mockserver.apis.copernica.models.structure import FIELD_TYPES
from mockserver.apis.copernica.seeds.large import large as large_document
from mockserver.apis.copernica.v1 import API
from mockserver.app import Options, Twin, build
from mockserver.kernel import seeds
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.work import begin
from tests.copernica.conftest import FIRST, NAME, SECOND
from tests.support.client import Client, TwinClient

Document = dict[str, Any]


def every(twin: TwinClient, path: str, **query: Any) -> list[Any]:
    """All items of a list, page by page."""
    found: list[Any] = []
    while True:
        body = twin.get(path, start=len(found), **query).body
        found += body["data"]
        if not body["data"] or len(found) >= body["total"]:
            return found


def document() -> Document:
    """The baseline, as it is written."""
    path = data.fixtures_dir() / NAME / "seeds" / "baseline.yaml"
    found: Document = strict_yaml.parse(path.read_text("utf-8"))
    return found


# --- the baseline


def test_the_baseline_has_two_accounts_three_databases_and_four_hundred_subprofiles(
    twin: TwinClient, other: TwinClient
) -> None:
    names = [[one["name"] for one in every(client, "/v1/databases")] for client in (twin, other)]
    assert names == [["Geïnteresseerden", "Abonnés fidèles"], ["Mühlenkunden"]]
    people: Counter[str] = Counter()
    for client in (twin, other):
        for database in every(client, "/v1/databases"):
            people["profiles"] += len(client.get(f"/v1/database/{database['ID']}/profileids").body)
            for collection in database["collections"]["data"]:
                ids = client.get(f"/v1/collection/{collection['ID']}/subprofileids").body
                people["subprofiles"] += len(ids)
    assert people == {"profiles": 200, "subprofiles": 400}


def test_the_baseline_has_fields_of_all_types_and_interests_in_groups(twin: TwinClient) -> None:
    fields = every(twin, "/v1/database/1/fields")
    assert {one["type"] for one in fields} == set(FIELD_TYPES)
    interests = every(twin, "/v1/database/1/interests")
    assert {"Koffie", "Thee", ""} < {one["group"] for one in interests}
    assert Counter(one["name"] for one in interests)["espresso"] == 2


@pytest.mark.parametrize(
    ("path", "unsubscribe"),
    [("/v1/database/1", {"behavior": "update", "fields": {"Nieuwsbrief": "nee"}}), ("/v1/database/2", "remove"),
     ("/v1/collection/1", "nothing"), ("/v1/collection/2", {"behavior": "update", "fields": {"Email": ""}})],
)  # fmt: skip
def test_the_baseline_says_what_becomes_of_those_who_unsubscribe(twin: TwinClient, path: str, unsubscribe: Any) -> None:
    found = twin.get(f"{path}/unsubscribe").body
    if isinstance(unsubscribe, str):
        assert found["behavior"] == unsubscribe
    else:
        assert (found["behavior"], dict(found["fields"])) == (unsubscribe["behavior"], unsubscribe["fields"])


def test_the_baseline_has_ten_selections_that_select(twin: TwinClient) -> None:
    """Each has somebody in it, and none everybody: a condition that is not evaluated would show."""
    views = views_of(twin)
    assert len(views) == 10
    assert max(depth(views, one) for one in views.values()) == 3
    for view in views.values():
        inside = twin.get(f"/v1/view/{view['ID']}/profileids").body
        whole = twin.get(f"/v1/database/{view['database']}/profileids").body
        assert 0 < len(inside) < len(whole), view["name"]
        assert set(inside) < set(whole)


def test_the_baseline_has_a_condition_of_each_type_that_says_something(twin: TwinClient) -> None:
    types = {
        condition["type"]
        for view in views_of(twin).values()
        for rule in every(twin, f"/v1/view/{view['ID']}/rules")
        for condition in rule["conditions"]["data"]
    }
    assert types == CONDITION_CLASSES.keys() - {"Survey", "LastContact", "ToDo"}


def views_of(twin: TwinClient) -> dict[str, Any]:
    """Selections by id, nested ones too."""
    waiting = [f"/v1/database/{one['ID']}/views" for one in every(twin, "/v1/databases")]
    found: dict[str, Any] = {}
    for path in waiting:
        for view in every(twin, path):
            found[view["ID"]] = view
            waiting.append(f"/v1/view/{view['ID']}/views")
    return found


def depth(views: Mapping[str, Any], view: Mapping[str, Any]) -> int:
    """How many selections lie around each other, this one included."""
    return 1 if view["parent-type"] == "database" else 1 + depth(views, views[view["parent-id"]])


def test_the_selections_of_the_baseline_hold_whom_they_say(twin: TwinClient) -> None:
    """What was written by hand, by the meaning of the selections."""
    ids = {view["name"]: set(twin.get(f"/v1/view/{key}/profileids").body) for key, view in views_of(twin).items()}
    zoe, sean, francois, nina, ida, again, new = "1", "2", "3", "4", "7", "8", "9"
    assert {zoe, francois, nina, again} <= ids["Volwassenen"]
    assert not {sean, ida, new} & ids["Volwassenen"]
    assert {zoe, again} <= ids["Espressodrinkers"]
    assert zoe not in ids["Niet uit Nederland"]
    assert {zoe, francois} <= ids["Bijna jarig"]
    assert nina not in ids["Bijna jarig"]
    assert {zoe, nina, again, new} <= ids["Nieuw of gewijzigd"]
    assert not {sean, francois} & ids["Nieuw of gewijzigd"]
    assert {zoe, again} <= ids["Dubbel"]
    assert zoe in ids["Grote klanten"]
    assert francois not in ids["Grote klanten"]
    assert {zoe, francois} <= ids["Lezers"]
    assert len(ids["Les dix premiers"]) == 10
    assert len(ids["Tous les autres"]) == 40
    assert not ids["Les dix premiers"] & ids["Tous les autres"]


def test_miniselections_of_the_baseline_select(twin: TwinClient, other: TwinClient) -> None:
    for client, keys in ((twin, ("1", "2")), (other, ("4",))):
        for key in keys:
            collection = client.get(f"/v1/miniview/{key}").body["collection"]
            inside = client.get(f"/v1/miniview/{key}/subprofileids").body
            assert 0 < len(inside) < len(client.get(f"/v1/collection/{collection}/subprofileids").body)


def test_a_profile_of_the_baseline_is_as_its_history_made_it(twin: TwinClient) -> None:
    zoe = twin.get("/v1/profile/1").body
    assert (zoe["created"], zoe["modified"]) == ("2019-03-05 08:00:00", "2025-12-31 23:59:59")
    assert zoe["secret"] == "5f4dcc3b5aa765d61d8327deb882cf99"
    assert (zoe["fields"]["Woonplaats"], zoe["fields"]["Leeftijd"], zoe["fields"]["Korting"]) == ("Utrecht", "34", "10")
    assert twin.get("/v1/profile/6").body["fields"]["Achternaam"] == "<b>Tables</b>"
    assert len(every(twin, "/v1/profile/1/subprofiles/1")) >= 3
    assert sorted(twin.get("/v1/profile/4/interests").body) == ["rooibos"]


def test_nobody_of_the_baseline_is_from_the_future(twin: TwinClient, other: TwinClient) -> None:
    people = every(twin, "/v1/database/1/profiles") + every(twin, "/v1/database/2/profiles")
    people += every(other, "/v1/database/3/profiles")
    assert max(one["modified"] for one in people) <= "2026-01-05 09:00:00"
    assert all(one["created"] <= one["modified"] for one in people)
    assert len({one["secret"] for one in people}) == 200


def test_no_subprofile_of_the_baseline_is_older_than_its_profile(twin: TwinClient) -> None:
    created = {one["ID"]: one["created"] for key in "12" for one in every(twin, f"/v1/database/{key}/profiles")}
    people = [one for key in "123" for one in every(twin, f"/v1/collection/{key}/subprofiles")]
    assert len(people) > 300
    assert [one["ID"] for one in people if one["created"] < created[one["profile"]]] == []


def test_the_baseline_has_mail_of_sixty_days(twin: TwinClient, other: TwinClient) -> None:
    for client in (twin, other):
        dates = client.get("/v1/logfiles").body
        assert (min(dates) <= "2025-11-07", max(dates) <= "2026-01-05", len(dates) > 5) == (True, True, True)
    kinds = {
        name.partition(".")[0]
        for date in twin.get("/v1/logfiles").body
        for name in twin.get(f"/v1/logfiles/{date}").body
    }
    assert {"cdm-attempts", "cdm-impression", "pom-clicks", "pom-errors"} <= kinds


def test_the_credentials_of_the_baseline_are_told(copernica: Twin) -> None:
    assert copernica.credentials(NAME) == [("Millers", SECOND), ("Roasters", FIRST)]
    assert copernica.accounts(NAME) == [("ann", "Tw1n-Passw0rd!"), ("jürgen", "Mühl-Passw0rt!")]
    assert [text for _, text in copernica.notes(NAME)] == [
        "Reports & Charts: client_id reports, client_secret reports-secret",
        "Shop: client_id shop, client_secret shop-secret",
    ]


def test_the_same_seed_makes_the_same_world(copernica: Twin) -> None:
    again = build([NAME], Options(seed="baseline"))
    first, second = copernica.worlds.dump("default"), again.worlds.dump("default")
    assert first.keys() == second.keys()
    for kind, rows in first.items():
        assert rows == second[kind], kind


# --- the others


@pytest.fixture(scope="module")
def large() -> Iterator[TwinClient]:
    """A client of the large world, which no test changes."""
    yield from planted("large:5")


def planted(seed: str) -> Iterator[TwinClient]:
    """A client of a twin planted from a seed."""
    twin = build([NAME], Options(seed=seed))
    client = Client(twin.app)
    yield TwinClient(client=client, world="default", api=NAME, parameter="access_token", token=FIRST)
    client.close()


def test_the_empty_account_is_empty() -> None:
    for twin in planted("empty"):
        assert twin.get("/v1/identity").body["name"] == "Roasters"
        assert every(twin, "/v1/databases") == []
        assert twin.get("/v1/logfiles").body == []


def test_the_large_account_is_large(large: TwinClient) -> None:
    assert len(every(large, "/v1/database/1/fields")) == 12
    page = large.get("/v1/database/1/profiles", start=199_990).body
    assert (page["total"], page["count"]) == (200_000, 10)
    last = page["data"][-1]["fields"]
    assert last["Email"] == "reader200000@large.example"
    assert last["Name"] == f"{last['First']} {last['Last']}"
    assert 16 <= int(last["Age"]) <= 90
    assert re.fullmatch(r"2025-\d\d-\d\d \d\d:\d\d:\d\d", last["Visited"])


def test_the_large_account_is_another_for_another_number() -> None:
    found = [small(number) for number in (5, 5, 6)]
    assert found[0] == found[1]
    assert found[0] != found[2]


def small(number: int) -> list[Any]:
    """Profiles of a large account of which there are fewer."""
    content = dict(large_document(number))
    (database,) = content["accounts"][0]["databases"]
    database["generate"]["profiles"] = 20
    return dump(content)["copernica.profile"]


def dump(content: Document) -> dict[str, list[Any]]:
    """The rows that a document becomes."""
    seeds.check(API, content)
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        seeds.plant(API, begin(transaction, API.declared_settings), content)
    return {kind: list(rows.values()) for kind, rows in store.dump("w").items()}


# --- what is refused


def changed(path: str, value: Any) -> Document:
    """The baseline with another value at a place, written like ``accounts[0].name``."""
    found = document()
    *way, last = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
    node: Any = found
    for part in way:
        node = node[part]
    node[last] = value
    return found


DATABASE = "accounts[0].databases[0]"

WRONG: list[tuple[str, Any, str, str]] = [
    ("acounts", [], "", "unknown key 'acounts' (did you mean 'accounts'?)"),
    ("accounts[0].descripton", "x", "accounts[0]", "did you mean 'description'"),
    (f"{DATABASE}.fields[0].typ", "text", f"{DATABASE}.fields[0]", "did you mean 'type'"),
    (f"{DATABASE}.fields[0].type", "txt", f"{DATABASE}.fields[0].type", "did you mean 'text'"),
    (f"{DATABASE}.fields[1].name", "Voornaam", f"{DATABASE}.fields[1]", "'Voornaam'"),
    (f"{DATABASE}.fields[9].type", "email", f"{DATABASE}.fields[9]", "email"),
    (f"{DATABASE}.created", "2019-02-30 10:00:00", f"{DATABASE}.created", "2019-02-30"),
    (f"{DATABASE}.created", "yesterday", f"{DATABASE}.created", "yesterday"),
    (f"{DATABASE}.created", "2026-01-05 09:00:01", f"{DATABASE}.created", "later than the clock"),
    (f"{DATABASE}.profiles[0].created", "2026-02-01 00:00:00", f"{DATABASE}.profiles[0].created", "later than the"),
    (f"{DATABASE}.profiles[0].changes[1].at", "2024-05-31 09:00:00", f"{DATABASE}.profiles[0].changes[1].at",
     "last changed, 2024-06-01 09:00:00"),
    (f"{DATABASE}.profiles[0].subprofiles.Bestellingen[1].created", "2019-03-05 07:59:59",
     f"{DATABASE}.profiles[0].subprofiles.Bestellingen[1].created", "last changed, 2019-03-05 08:00:00"),
    (f"{DATABASE}.profiles[0].subprofiles.Bestellingen[1].changes[0].at", "2025-12-28 21:04:59",
     f"{DATABASE}.profiles[0].subprofiles.Bestellingen[1].changes[0].at", "last changed, 2025-12-28 21:05:00"),
    (f"{DATABASE}.generate.created.to", "2026-01-06 00:00:00", f"{DATABASE}.generate.created.to", "later than the"),
    (f"{DATABASE}.name", "", f"{DATABASE}.name", ""),
    (f"{DATABASE}.unsubscribe.behavior", "delete", f"{DATABASE}.unsubscribe.behavior", "'delete'"),
    (f"{DATABASE}.unsubscribe.fields", {"Nieuwsbrif": "x"}, f"{DATABASE}.unsubscribe.fields", "mean 'Nieuwsbrief'"),
    (f"{DATABASE}.profiles[0].fields", {"Vornaam": "x"}, f"{DATABASE}.profiles[0].fields", "did you mean 'Voornaam'"),
    (f"{DATABASE}.profiles[0].interests", ["expresso"], f"{DATABASE}.profiles[0].interests[0]", "mean 'espresso'"),
    (f"{DATABASE}.profiles[0].changes[0].fields", {"X": 1}, f"{DATABASE}.profiles[0].changes[0].fields", "'X'"),
    (f"{DATABASE}.profiles[0].changes[0].at", "2024-13-01 00:00:00", f"{DATABASE}.profiles[0].changes[0].at", "13"),
    (f"{DATABASE}.profiles[0].subprofiles", {"Bestelingen": []}, f"{DATABASE}.profiles[0].subprofiles", "Bestellingen"),
    (f"{DATABASE}.profiles[0].subprofiles.Bestellingen[0].fields", {"Bedragje": 1},
     f"{DATABASE}.profiles[0].subprofiles.Bestellingen[0].fields", "did you mean 'Bedrag'"),
    (f"{DATABASE}.generate.fields", {"Stad": ["x"]}, f"{DATABASE}.generate.fields", "no field 'Stad'"),
    (f"{DATABASE}.generate.fields", {"Voornaam": "{Achternaam}"}, f"{DATABASE}.generate.fields.Voornaam",
     "(known: number)"),
    (f"{DATABASE}.generate.fields", {"Leeftijd": {"from": 5, "to": 4}}, f"{DATABASE}.generate.fields.Leeftijd", "from"),
    (f"{DATABASE}.generate.fields", {"Leeftijd": {"from": 5, "to": "x"}}, f"{DATABASE}.generate.fields.Leeftijd",
     "'x'"),
    (f"{DATABASE}.generate.fields", {"Leeftijd": []}, f"{DATABASE}.generate.fields.Leeftijd", ""),
    (f"{DATABASE}.generate.subprofiles.Proeverij", {"count": 1, "created": {"from": "2025-01-01 00:00:00",
     "to": "2025-01-01 00:00:00"}, "fields": {}}, f"{DATABASE}.generate.subprofiles", "did you mean 'Proeverijen'"),
    (f"{DATABASE}.generate.profiles", 0, f"{DATABASE}.generate.subprofiles.Bestellingen.count", "no generated profile"),
    (f"{DATABASE}.views[1].name", "Volwassenen", f"{DATABASE}.views[1]", "'Volwassenen'"),
    (f"{DATABASE}.views[0].rules[0].conditions[0].type", "Fields",
     f"{DATABASE}.views[0].rules[0].conditions[0].type", "'Fields'"),
    (f"{DATABASE}.views[0].rules[0].conditions[0].comparision", "equals",
     f"{DATABASE}.views[0].rules[0].conditions[0]", "did you mean 'comparison'"),
    (f"{DATABASE}.views[0].rules[0].conditions[0].interest", "espresso",
     f"{DATABASE}.views[0].rules[0].conditions[0]", "a Field condition has no 'interest'"),
    (f"{DATABASE}.views[0].rules[0].conditions[0].comparison", "moar",
     f"{DATABASE}.views[0].rules[0].conditions[0]", "'moar'"),
    (f"{DATABASE}.views[0].rules[0].conditions[0].field", "Leeftyd",
     f"{DATABASE}.views[0].rules[0].conditions[0]", "did you mean 'Leeftijd'"),
    (f"{DATABASE}.views[2].rules[0].conditions[0].after-mutation", ["minus", "30", "dy"],
     f"{DATABASE}.views[2].rules[0].conditions[0].after-mutation", "is no offset"),
    ("accounts[0].databases[1].views[1].rules[0].conditions[0].refer-view", "Tous les autres",
     "accounts[0].databases[1].views[1].rules[0].conditions[0]", "depend"),
    ("users[0].accounts", ["Roasters", "Miller"], "users[0].accounts[1]", "did you mean 'Millers'"),
    ("tokens[0].application", "shops", "tokens[0].application", "did you mean 'shop'"),
    ("tokens[0].account", "Roaster", "tokens[0].account", "did you mean 'Roasters'"),
    ("tokens[0].token", FIRST[:0], "tokens[0].token", ""),
    ("accounts[0].mail.stream.databases", ["Abonnes"], "accounts[0].mail.stream.databases[0]", "Abonnés"),
    ("settings", {"dialekt": "v1"}, "settings", "did you mean 'dialect'"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "said"), WRONG, ids=[f"{one[0]}-{one[3]}" for one in WRONG])
def test_what_is_wrong_is_told_with_file_place_and_the_nearest_name(
    tmp_path: Path, path: str, value: Any, place: str, said: str
) -> None:
    content = seeds.Document(changed(path, value), file=str(tmp_path / "mine.yaml"))
    with pytest.raises(SeedError) as caught:
        refuse(content)
    assert (caught.value.path, caught.value.file) == (place, content.file)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("kind", "key", "said", "meant"),
    [
        ("Field", "comparison", "not_equals", "not equals"),
        ("Field", "comparison", "is-email", "is_email"),
        ("DoubleField", "match-mode", "match_last_subprofiles", "match_last_profiles"),
        ("Interest", "match-mode", "match_profiles_with_interestgroup", "match_profiles_with_interest_group"),
    ],
)
def test_a_word_may_be_spelled_as_at_the_door(kind: str, key: str, said: str, meant: str) -> None:
    place = f"{DATABASE}.views[0].rules[0].conditions[0]"
    found = [dump(changed(place, {"type": kind, key: word})) for word in (said, meant)]
    assert found[0] == found[1]


def refuse(content: seeds.Document) -> None:
    """Check and plant what cannot be."""
    seeds.check(API, content, file=content.file)
    dump(content)


@pytest.mark.parametrize("path", ["tokens", "users", "applications"])
def test_nothing_is_there_twice(path: str) -> None:
    content = document()
    content[path].append(content[path][0])
    with pytest.raises(SeedError):
        dump(content)
