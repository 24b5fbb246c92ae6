"""What stands on a target holds together: a name that is shown is there, nothing is the word for nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contract_tests.batches import items_in
from contract_tests.compare import differences, dn_key, dn_parent
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.finding import existing
from contract_tests.findings import Complaint
from contract_tests.model import Action, Reference, Resource
from contract_tests.narrowed import whole_of
from contract_tests.rules.registry import scenario_rule
from contract_tests.schema import properties_of
from contract_tests.stage import Blocked, Stage, Thing

#: Names that are looked for, of each key.
NAMES = 5
#: Words of programs for nothing; what people write with a capital is none.
WORDS = frozenset({"null", "undefined", "nil", "NULL", "<null>"})
#: So many items with the word, and none with nothing, are no accident.
SEVERAL = 3
#: Things of each sort that are read, and of how many listed ones they are chosen.
READ, LISTED = 4, 400
#: Words of a list of words that are followed, and of each list that these lead to.
FOLLOWED, FEWER = 8, 2

#: What is wrong, by what tells complaints of two looks apart.
Seen = dict[tuple[str, ...], Complaint]


@scenario_rule(
    "listed-is-read",
    writes=False,
    title="What a list shows is there under its address, as the list shows it",
    source="GET reads: the method table of the API",
)
def listed_is_read(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Some things of each list are read by every address they tell, half of them with names that have spaces, signs or
    letters outside ASCII. What is wrong is looked at again: others may write in between."""
    first = _unread(stage, resource)
    again = _unread(stage, resource) if first else {}
    yield from (again[key] for key in first if key in again)


def _unread(stage: Stage, resource: Resource) -> Seen:
    found: Seen = {}
    for creation in resource.all("create"):
        for thing in _some(stage, resource, creation):
            for reading in thing.resource.all("read"):
                if thing.concerns(reading):
                    found |= {key: one for key, one in _read(stage, thing, reading) if key not in found}
    return found


def _some(stage: Stage, resource: Resource, creation: Action) -> list[Thing]:
    """Things that lists show, in an order that follows from the seed of the run."""
    listed = list(islice(existing(stage, resource, creation), LISTED))
    chance = random.Random(f"{stage.session.ledger.tag} {resource.name}")  # noqa: S311 - variety, not secrets
    things = [Thing(resource, entry, creation, {}, fields=fields) for entry, fields in listed]
    shuffled = chance.sample(things, len(things))
    odd = sorted((one for one in shuffled if _oddness(one)), key=_oddness, reverse=True)
    plain = [one for one in shuffled if not _oddness(one)]
    return [*odd[: READ // 2], *plain, *odd[READ // 2 :]][:READ]


def _oddness(thing: Thing) -> int:
    """How much there is in the names of a thing that servers read wrongly: 2 for letters outside ASCII, 1 for signs."""
    text = "".join(str(thing.get(key) or "") for key in _names_of(thing.resource))
    return 2 if not text.isascii() else int(bool(re.search(r"[^\w.=,-]", text)))


def _names_of(resource: Resource) -> set[str]:
    return {key for reading in resource.all("read") for key in reading.target.values()}


def _read(stage: Stage, thing: Thing, reading: Action) -> Iterator[tuple[tuple[str, ...], Complaint]]:
    try:
        values = stage.address(reading, thing)
    except Blocked:
        return
    name = reading.operation.id
    exchange = stage.call(reading.operation, values, None, why="read what is listed")
    told = ", ".join(f"{one}={value}" for one, value in values.items())
    if exchange.response.status == stage.promise.status_of("not-found"):
        message = f"what a list shows is not found with {told}"
        yield (name, told), Complaint(message, told, "there", "listed", reading.evidence, exchange)
    body = stage.payload(exchange)
    if exchange.succeeded and reading.own_answer and isinstance(body, dict):
        for key, old, new in differences(thing.fields, body, thing.resource.compare):
            message = f"{key} is {new!r} when read and {old!r} in the list"
            yield (name, told, key), Complaint(message, repr(new), repr(old), f"value {key}", exchange=exchange)


@scenario_rule(
    "containers-are-listed",
    writes=False,
    title="A container that something lies in is listed",
    source="GET reads: the method table of the API",
)
def containers_are_listed(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What things of the list of all lie in stands in the list of all containers, where it is read as one. What is
    missing is looked for again: others may write in between."""
    first = _unlisted(stage, resource)
    again = _unlisted(stage, resource) if first else {}
    yield from (again[key] for key in first if key in again)


def _unlisted(stage: Stage, resource: Resource) -> Seen:
    reference, whole = _holder(stage, resource), whole_of(resource)
    holders = whole_of(stage.resources[reference.resource]) if reference else None
    if reference is None or whole is None or holders is None:
        return {}
    items, _ = stage.listed(whole, {}, why="list all")
    shown, exchange = stage.listed(holders, {}, why="list all containers")
    known = {dn_key(str(one.get(reference.key))) for one in shown if isinstance(one, dict)}
    ((key, how),) = resource.place.items()
    own = [str(one[key]) for one in items if isinstance(one, dict) and one.get(key)]
    places = {dn_key(text): text for text in (own if how == "equals" else map(dn_parent, own))}
    found: Seen = {}
    for folded in sorted(places.keys() - known):
        if len(found) < NAMES and _is_read(stage, reference, places[folded]):
            message = f"{places[folded]} is not listed, and a {resource.title} lies in it"
            found[(folded,)] = Complaint(message, "absent", "listed", reference.resource, exchange=exchange)
    return found


def _holder(stage: Stage, resource: Resource) -> Reference | None:
    """What things of a resource lie in by its distinguished name: one of another resource, or of the same."""
    if len(resource.place) != 1 or resource.compare.get(next(iter(resource.place))) != "dn":
        return None
    parts = [one for creation in resource.all("create") for one in creation.parts.values()]
    named = next((one for one in parts if one.key and one.resource in stage.resources), None)
    if named is not None:
        return named if stage.resources[named.resource].compare.get(named.key) == "dn" else None
    return Reference(resource.name, next(iter(resource.place)))


def _is_read(stage: Stage, reference: Reference, name: str) -> bool:
    """Whether something reads a thing by this name."""
    return any(one.succeeded for one in _readings(stage, reference, name))


def _readings(stage: Stage, reference: Reference, name: str) -> Iterator[Exchange]:
    for action in stage.resources[reference.resource].all("read"):
        if list(action.target.values()) == [reference.key]:
            values = {**action.needs, **dict.fromkeys(action.target, name)}
            yield stage.call(action.operation, values, None, why="read what is named")


@scenario_rule(
    "references-name-what-exists",
    writes=False,
    title="A key that names another thing names one that is there",
    source="references in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def references_name_what_exists(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Some of the names that the list of all shows are read; one that is not there, and is still shown afterwards, is
    none."""
    whole = whole_of(resource)
    for key, reference in stage.arguments.references.items() if whole else ():
        if whole is None or key not in properties_of(resource.schema) or reference.resource not in stage.resources:
            continue
        items, _ = stage.listed(whole, {}, why="list all")
        for name in _names(items, key)[:NAMES]:
            if not _is_there(stage, reference, name):
                again, exchange = stage.listed(whole, {}, why="list all again")
                if name in _names(again, key) and not _is_there(stage, reference, name):
                    title = stage.resources[reference.resource].title
                    yield Complaint(f"{key} {name!r} is no {title}", name, f"a {title}", key, exchange=exchange)


def _names(items: list[Any], key: str) -> list[str]:
    return sorted({one[key] for one in items if isinstance(one, dict) and isinstance(one.get(key), str) and one[key]})


def _is_there(stage: Stage, reference: Reference, name: str) -> bool:
    """Whether a thing is read by a name; where nothing reads it by that alone, it is."""
    absent = stage.promise.status_of("not-found")
    return all(one.response.status != absent for one in islice(_readings(stage, reference, name), 1))


@scenario_rule(
    "nothing-is-no-word",
    writes=False,
    title="What is unset is null or empty, not a word for it",
    source="types of the OpenAPI document",
    evidence=Evidence.ASSUMED,
)
def nothing_is_no_word(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Several things of a list have the same word of programs for nothing in a key, and no thing has nothing there."""
    whole = whole_of(resource)
    items, exchange = stage.listed(whole, {}, why="list all") if whole else ([], None)
    for key in properties_of(resource.schema):
        shown = [one[key] for one in items if isinstance(one, dict) and key in one]
        for word in sorted(WORDS & {one for one in shown if isinstance(one, str)}):
            if shown.count(word) >= SEVERAL and not any(one in (None, "") for one in shown):
                message = f"{key} is the word {word!r} in {shown.count(word)} items"
                yield Complaint(message, repr(word), "null", key, exchange=exchange)


@scenario_rule(
    "listed-words-lead-somewhere",
    writes=False,
    title="What a list names can be asked for, by each account",
    source="environment in conventions.yaml: what lists name others take",
    evidence=Evidence.ASSUMED,
    each="run",
)
def listed_words_lead_somewhere(stage: Stage, promise: object) -> Iterator[Complaint]:
    """Some of the words that a list is made of, such as days and names of files, are sent to the operations that take
    them: each is known, and a list of what it names is not empty. So it is for this account and for others."""
    for account in ("valid", *(f"role:{one}" for one in stage.conventions.get("strangers", ()))):
        if stage.session.credentials.get(account) is not None:
            yield from _Words(stage, account).complaints()


class _Words:
    """The lists of plain words that an account is shown, and what follows from each word."""

    def __init__(self, stage: Stage, account: str) -> None:
        self._stage, self._account = stage, account
        self._recipes: Mapping[str, Mapping[str, Any]] = stage.conventions.get("environment", {})

    def complaints(self) -> Iterator[Complaint]:
        for fact, recipe in self._recipes.items():
            if "key" not in recipe and not recipe.get("values"):
                _, words = self._asked(recipe["operation"], {}, "a list of words")
                yield from self._followed(fact, words, FOLLOWED)

    def _asked(self, operation: str, values: Mapping[str, str], why: str) -> tuple[Exchange, list[str]]:
        known = self._stage.promise.operation(operation)
        exchange = self._stage.call(known, values, why=why, credential=self._account, evidence=Evidence.ASSUMED)
        items = items_in(self._stage.promise, self._stage.payload(exchange)) or []
        return exchange, [one for one in items if isinstance(one, str)]

    def _followed(self, fact: str, words: list[str], most: int) -> Iterator[Complaint]:
        """As many of some words, spread over their list, are asked for; then some of the words that answers name."""
        for word in words[:: 1 + len(words) // most]:
            for inner, recipe in self._next(fact):
                (parameter,) = recipe["values"]
                exchange, found = self._asked(recipe["operation"], {parameter: word}, f"{word}, which a list names")
                if "key" not in recipe and exchange.succeeded and not found:
                    message = f"{word} is listed, and there is nothing of it"
                    yield Complaint(message, exchange.response.text[:80], "a list", inner, exchange=exchange)
                if "key" not in recipe and most > FEWER:
                    yield from self._followed(inner, found, FEWER)

    def _next(self, fact: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What follows from a fact alone: one recipe of each operation."""
        seen: set[str] = set()
        for inner, recipe in self._recipes.items():
            if list(recipe.get("values", {}).values()) == [f"{{{fact}}}"] and recipe["operation"] not in seen:
                seen.add(recipe["operation"])
                yield inner, recipe
