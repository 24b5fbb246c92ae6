"""States: what a promise tells of a target that is set up in another way, as data beside the conventions.

``states.yaml`` has under ``usual`` the settings that every state and every story of other times begins with, and under
``states`` one entry for each state: the ``settings`` that make it, which operations it ``refuses``, and in which
``situation`` of the conventions those end. All others go on as before. With ``open`` no credential is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.evidence import Evidence, level
from contract_tests.promise import Operation, Promise, PromiseError
from contract_tests.resources import check_known

KEYS = ("id", "title", "rule", "evidence", "refused", "settings", "refuses", "situation", "open")


@dataclass(frozen=True)
class State:
    """One state. ``rule`` names the source or decision it rests on.

    ``evidence`` is how well the situation is known, ``refused`` how well that these operations are refused at all, and
    no others.
    ``refuses`` are the ids of those, ``situation`` is empty where there are none. ``covered``: another state refuses
    all of that and more in the same situation, ``repeated``: one before it refuses the same in it, so that what holds
    of any refusal is judged there.
    """

    id: str
    title: str
    rule: str
    evidence: Evidence
    refused: Evidence
    settings: Mapping[str, Any]
    refuses: frozenset[str]
    situation: str
    open: bool
    covered: bool = False
    repeated: bool = False

    def spares(self, operation: Operation) -> bool:
        """Whether an operation goes on as before."""
        return operation.id not in self.refuses


def usual_of(promise: Promise) -> dict[str, Any]:
    """The settings that everything begins with."""
    return dict(promise.conventions.get("usual", {}))


def states_of(promise: Promise) -> dict[str, State]:
    """Every state of a promise by its id; raises ``PromiseError`` with the place of what does not fit the promise."""
    found: dict[str, State] = {}
    for raw in promise.conventions.get("states", ()):
        place = f"states.{raw.get('id')}"
        check_known(place, raw, KEYS)
        check_known(f"{place}.settings", raw["settings"], usual_of(promise))
        if raw["id"] in found:
            raise PromiseError(f"two states are called {raw['id']!r}")
        found[raw["id"]] = _state(promise, place, raw)
    return _told_apart(found)


def _told_apart(states: Mapping[str, State]) -> dict[str, State]:
    """States, with what others of the same situation refuse as well."""
    found = list(states.values())

    def alike(number: int) -> Iterator[tuple[int, State]]:
        one = found[number]
        pairs = ((n, other) for n, other in enumerate(found) if n != number)
        return (pair for pair in pairs if (pair[1].situation, pair[1].open) == (one.situation, one.open))

    return {
        one.id: replace(
            one,
            covered=any(one.refuses < other.refuses for _, other in alike(number)),
            repeated=any(one.refuses == other.refuses and n < number for n, other in alike(number)),
        )
        for number, one in enumerate(found)
    }


def _state(promise: Promise, place: str, raw: Mapping[str, Any]) -> State:
    chosen, situation = frozenset(_chosen(promise, place, raw.get("refuses"))), raw.get("situation", "")
    if bool(chosen) is not bool(situation):
        raise PromiseError(f"{place}: refuses and situation belong together")
    check_known(place, [situation] if situation else [], promise.conventions["situations"])
    evidence = level(raw.get("evidence", Evidence.DOCUMENTED.word))
    return State(
        id=raw["id"],
        title=raw["title"],
        rule=raw.get("rule", ""),
        evidence=evidence,
        refused=level(raw["refused"]) if "refused" in raw else evidence,
        settings=raw["settings"],
        refuses=chosen,
        situation=situation,
        open=bool(raw.get("open")),
    )


def _chosen(promise: Promise, place: str, wanted: Mapping[str, Any] | None) -> Iterator[str]:
    """The operations of which the document says all that is wanted: ``secured``, or a key and its value or values."""
    if wanted is None:
        return
    found = [one for one in promise.operations.values() if all(_says(one, *pair) for pair in wanted.items())]
    for key, value in wanted.items():
        for each in value if isinstance(value, list) else [value]:
            if not any(_says(one, key, each) for one in found):
                raise PromiseError(f"{place}.refuses: no operation has {each!r} as its {key}")
    yield from (one.id for one in found)


def _says(operation: Operation, key: str, value: Any) -> bool:
    said = operation.secured if key == "secured" else operation.raw.get(key)
    return said in value if isinstance(value, list) else said == value
