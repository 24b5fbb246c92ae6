"""What stands on a target holds together: a name that is shown is there, nothing is the word for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.model import Reference, Resource
from contract_tests.narrowed import whole_of
from contract_tests.rules.registry import scenario_rule
from contract_tests.schema import properties_of
from contract_tests.stage import Stage

#: Names that are looked for, of each key.
NAMES = 5
#: Words of programs for nothing; what people write with a capital is none.
WORDS = frozenset({"null", "undefined", "nil", "NULL", "<null>"})
#: So many items with the word, and none with nothing, are no accident.
SEVERAL = 3


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
    for action in stage.resources[reference.resource].all("read"):
        if list(action.target.values()) == [reference.key]:
            values = {**action.needs, **dict.fromkeys(action.target, name)}
            exchange = stage.call(action.operation, values, None, why="read what is named")
            return exchange.response.status != stage.promise.status_of("not-found")
    return True


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
