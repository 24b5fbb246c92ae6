"""Seeds are read safely and checked completely; every error says file, place, value and the nearest fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockserver.kernel import seeds
from mockserver.kernel.api import Api
from mockserver.kernel.clock import Clock, Ids
from mockserver.kernel.errors import Duplicate
from mockserver.kernel.names import nearest
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.work import Work, begin
from tests.support.mini import API, THINGS, Thing

USER: Mapping[str, Any] = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "manager": {"type": "string"},
        "kind": {"enum": ["person", "robot"]},
        "home": {"anyOf": [{"type": "string"}, {"$ref": "#/definitions/home"}]},
    },
}
HOME: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"street": {"type": "string"}, "size": {"type": "integer"}},
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "users": {"type": "array", "items": {"$ref": "#/definitions/user"}},
        "by_place": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "definitions": {"user": USER, "home": HOME},
}


def plant(work: Work, document: Mapping[str, Any]) -> None:
    """One thing per user, in order; a manager must be there already."""
    for number, user in enumerate(document.get("users", ())):
        known = [thing.id for thing in work.store.select(THINGS)]
        if "manager" in user and user["manager"] not in known:
            raise SeedError(f"users[{number}].manager", f"no user {user['manager']!r}{nearest(user['manager'], known)}")
        if user["name"] == "taken":
            raise Duplicate("thing 'taken' exists")
        work.store.insert(THINGS, Thing(user["name"], number))


def generate(number: int) -> Mapping[str, Any]:
    """As many users as the number says; a wrong document from 100 on."""
    return {"users": [{"name": f"u{index}"} for index in range(number)], **({"usres": []} if number >= 100 else {})}


TOY: Api = replace(API, plant=plant, seed_schema=SCHEMA, generators={"large": generate})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the seeds of the toy API are."""
    folder = tmp_path / "mini" / "seeds"
    folder.mkdir(parents=True)
    return folder


def load(folder: Path, content: str | bytes) -> Mapping[str, Any]:
    """A seed with this content, loaded."""
    (folder / "toy.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    return seeds.load(TOY, "toy", directory=folder.parent.parent)


def planted(document: Mapping[str, Any]) -> MemoryStore:
    """A store with one world ``w`` planted from a document."""
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        seeds.plant(TOY, begin(transaction, TOY.declared_settings), document)
    return store


def test_a_good_seed_is_planted_with_clock_settings_and_identities(folder: Path) -> None:
    text = "title: t\nseed: 7\nclock: 2026-01-31T12:00:00Z\nsettings: {hidden: echo}\nusers: [{name: no}, {name: 007}]"
    document = load(folder, text)
    drawn = []
    for store in (planted(document), planted(document), planted({**document, "seed": 8})):
        with store.transaction("w") as transaction:
            assert [thing.id for thing in transaction.select(THINGS)] == ["007", "no"]
            assert Clock(store=transaction).now().isoformat() == "2026-01-31T12:00:00+00:00"
            assert TOY.declared_settings.values(transaction)["hidden"] == "echo"
            drawn.append(Ids(store=transaction).guid())
    assert drawn[0] == drawn[1] != drawn[2]


def test_two_apis_may_both_set_the_seed_number_of_a_world(folder: Path) -> None:
    store = planted({"seed": 7, "clock": "2026-01-31T12:00:00Z"})
    with store.transaction("w") as transaction:
        seeds.plant(TOY, begin(transaction, TOY.declared_settings), {"seed": 9, "clock": "2027-01-31T12:00:00Z"})
        assert Clock(store=transaction).now().year == 2027


@pytest.mark.parametrize(
    ("content", "path", "message"),
    [
        ("usres: []", "", "unknown key 'usres' (did you mean 'users'?)"),
        ("sed: 1", "", "unknown key 'sed' (did you mean 'seed'?)"),
        ("users: [{name: a}, {nmae: b, name: c}]", "users[1]", "unknown key 'nmae' (did you mean 'name'?)"),
        ("users: [{manager: a}]", "users[0]", '"name" is a required property'),
        ("users: [{name: 5}]", "users[0].name", '5 is not of type "string"'),
        ("by_place: {'': [5]}", 'by_place[""][0]', '5 is not of type "string"'),
        ("by_place: {'': 5}", 'by_place[""]', '5 is not of type "array"'),
        ("by_place: {'0': [x, 5], '': [x]}", 'by_place["0"][1]', '5 is not of type "string"'),
        ("by_place: {a/b.c: [x, 5]}", 'by_place["a/b.c"][1]', '5 is not of type "string"'),
        ("by_place: {plain-1: 5}", "by_place.plain-1", '5 is not of type "array"'),
        ("users: [{name: a, kind: robt}]", "users[0].kind", "'robt' is not allowed (did you mean 'robot'?)"),
        ("users: [{name: a, home: {size: x}}]", "users[0].home.size", '"x" is not of type "integer"'),
        ("users: [{name: a, home: {stret: x}}]", "users[0].home", "unknown key 'stret' (did you mean 'street'?)"),
        ("seed: -1", "seed", "-1 is less than the minimum of 0"),
        ("settings: [a]", "settings", '["a"] is not of type "object"'),
        ("a: &x 1\nb: 2", "", "line 1, column 4: anchors and aliases are not allowed (&x); write the value out"),
        ("a: *x", "", "line 1, column 4: anchors and aliases are not allowed (*x); write the value out"),
        ("a: !!int 0x1F", "", "line 1, column 4: tags are not allowed (tag:yaml.org,2002:int); write plain values"),
        (
            "users: []\nusers: []",
            "",
            "line 2, column 1: key 'users' stands here a second time; put both parts together",
        ),
        ("? [a]\n: b", "", "line 1, column 3: a key is a list or a mapping; only text is allowed"),
        ("a: " + "[" * 99 + "]" * 99, "", "line 1, column 67: more than 64 levels; at most 64 are allowed"),
        ('users: [{name: "a\\0"}]', "", "line 1, column 16: NUL is not allowed in a text"),
        ("a: 1\n---\nb: 1", "", "line 2, column 1: a second document begins; only one is allowed"),
        ("", "", "is empty; a seed is a mapping"),
        ("- a", "", "holds a list; a seed is a mapping"),
        (b"users: [\xff]", "", "byte 8 is not UTF-8 (0xff)"),
        (b"a: " + b"x" * seeds.SIZE_LIMIT, "", "larger than 16777216 bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_document_is_refused_with_its_place(
    folder: Path, content: str | bytes, path: str, message: str
) -> None:
    with pytest.raises(SeedError) as caught:
        load(folder, content)
    assert (caught.value.path, caught.value.message) == (path, message)
    assert caught.value.file == str(folder / "toy.yaml")
    assert str(caught.value).startswith(f"{folder / 'toy.yaml'}: ")


def test_what_is_no_yaml_is_refused_with_its_line(folder: Path) -> None:
    with pytest.raises(SeedError, match=r"toy\.yaml: line 2, column 5: .*',' or '\]'"):
        load(folder, "users:\n  [a}")


def test_a_long_value_is_shown_in_part(folder: Path) -> None:
    with pytest.raises(SeedError) as caught:
        load(folder, "users: " + "x" * 5_000)
    assert caught.value.message.endswith('x" is not of type "array"')
    assert len(caught.value.message) < 450


@pytest.mark.parametrize(
    ("content", "path", "message"),
    [
        ("users: [{name: anna}, {name: b, manager: ana}]", "users[1].manager", "no user 'ana' (did you mean 'anna'?)"),
        ("users: [{name: taken}]", "", "thing 'taken' exists"),
        ("users: [{name: a}, {name: a}]", "", "mini.thing: another row has id='a'"),
        ("settings: {hiden: a}", "settings", "unknown setting 'hiden' (did you mean 'hidden'?)"),
        ("settings: {hidden: 1}", "settings", "hidden: 1 is no text"),
        ("clock: yesterday", "clock", "'yesterday' is no ISO 8601 moment like 2026-01-31T12:00:00Z"),
        ("clock: 2026-01-31T12:00:00", "clock", "'2026-01-31T12:00:00' names no time zone; end it in Z for UTC"),
    ],
)
def test_what_cannot_be_planted_is_refused_with_file_and_place(
    folder: Path, content: str, path: str, message: str
) -> None:
    document = load(folder, content)
    with pytest.raises(SeedError) as caught:
        planted(document)
    assert (caught.value.path, caught.value.message) == (path, message)
    assert caught.value.file == str(folder / "toy.yaml")


def test_a_generator_makes_a_document_from_a_number(folder: Path) -> None:
    root = folder.parent.parent
    assert seeds.load(TOY, "large", directory=root) == {"users": [{"name": "u0"}]}
    assert len(seeds.load(TOY, "large:42", directory=root)["users"]) == 42


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("large:x", "seed 'large:x': 'x' is no number to generate from; write one like 42"),
        ("large:", "seed 'large:': '' is no number to generate from; write one like 42"),
        ("large:²", "seed 'large:²': '²' is no number to generate from; write one like 42"),
        ("large:100", "seed large:100: unknown key 'usres' (did you mean 'users'?)"),
        ("tyo", "mini has no seed 'tyo' (did you mean 'toy'?)"),
        ("../seeds/toy", "mini has no seed '../seeds/toy' (known: large, toy)"),
        ("", "mini has no seed '' (known: large, toy)"),
    ],
)
def test_a_wrong_name_is_refused(folder: Path, name: str, message: str) -> None:
    (folder / "toy.yaml").write_text("users: []")
    with pytest.raises(SeedError) as caught:
        seeds.load(TOY, name, directory=folder.parent.parent)
    assert str(caught.value) == message


def test_an_unreadable_file_is_refused(folder: Path) -> None:
    (folder / "toy.yaml").mkdir()
    with pytest.raises(SeedError, match=r"toy\.yaml: cannot be read: Is a directory"):
        seeds.load(TOY, "toy", directory=folder.parent.parent)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("1.50", 1.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ("no", "no"),
        ("007", "007"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("2026-01-31", "2026-01-31"),
        ("9" * 5_000, "9" * 5_000),
        ("<<", "<<"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_unquoted_text_is_what_json_would_make_of_it_or_text(tmp_path: Path, text: str, value: Any) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(f"a: {text}\n")
    found = seeds.read(path)["a"]
    assert (found, type(found)) == (value, type(value))
