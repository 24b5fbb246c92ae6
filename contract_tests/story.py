"""Stories: what a promise tells in steps, as data beside the conventions.

A story makes things and calls operations, one after the other. Each step says what comes of it: a situation of the
promise, and what the answer shows. Texts hold marks in braces: ``{tag}`` of the run, facts of the environment such as
``{root}``, ``{number}`` (1 to 250, one per step), ``{new.user}`` a made-up name, ``{ann.path}`` a key or argument of
the thing called ``ann``; behind a mark ``|upper`` writes it in capitals, ``|plain`` without hyphens, ``|to64`` makes it
64 characters long, and ``|day`` has the date of a moment, ``|plus2`` and ``|minus2`` one so many days later or earlier.
``{now}`` is the time where time passes; ``|moment`` has date and time without a zone, ``|in60`` is 60 seconds later.
An argument that is a list of texts is sent several times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from contract_tests.evidence import Evidence, level
from contract_tests.model import Resource
from contract_tests.promise import Promise, PromiseError
from contract_tests.resources import check_known, resources_of

STORY_KEYS = ("id", "title", "rule", "evidence", "copy", "steps")
STEP_KEYS = (
    "method", "ordered", "spelled",
    "make", "call", "by", "as", "of", "with", "for", "expect", "evidence", "refused", "is", "is_not", "shows", "each",
    "some", "lists", "omits", "only", "has", "lacks", "put", "wait", "token", "credential", "keeps", "later", "saves",
    "same", "beside", "takes",
)  # fmt: skip
MARK = re.compile(r"\{([a-zA-Z_][\w.]*)(?:\|(upper|plain|day|moment|(?:to|plus|minus|in)\d+))?\}")
UNSAID: Any = object()


@dataclass(frozen=True)
class Step:
    """One step: a thing of a resource to ``make``, or an operation to ``call`` on a thing; or settings to ``put``, or
    seconds to ``wait``: that is done in a copy of the target. ``method`` is another one that does the same, ``spelled``
    are arguments under another name, ``ordered`` things that a list has in this order.

    ``expected`` is the situation and ``evidence`` how well that is known; ``refused`` how well it is known that it is
    refused at all. ``wanted`` and ``unwanted`` are whole payloads; ``shows`` are keys of the payload, of a map those of
    its entries that are named, ``lacks`` keys that are not there or say nothing; ``each`` and ``some`` are patterns of
    keys of a list's items; ``lists`` and ``omits`` are things, ``only`` all that a list has, ``has`` keys of its items
    by thing. ``keeps`` are keys that show what they did when the thing was last read, ``later`` those whose moment has
    moved since, by seconds. ``takes`` are things that are no more when the step has succeeded, beside the one it
    deletes. ``saves`` names an answer, and ``same`` the one that this one equals. ``token`` names the credential that
    the answer is, ``credential`` the one to call with. ``beside`` are keys of the body that are no arguments, or called
    like one of the address. ``rounds`` are values of marks: the step is taken once for each.
    """

    make: str | None
    call: str | None
    by: str | None
    name: str | None
    of: str | None
    values: Mapping[str, str | list[str]]
    rounds: tuple[Mapping[str, str], ...]
    expected: str
    evidence: Evidence
    refused: Evidence
    wanted: Any = UNSAID
    unwanted: Any = UNSAID
    shows: Mapping[str, Any] = field(default_factory=dict)
    each: Mapping[str, str] = field(default_factory=dict)
    some: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    omits: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    method: str | None = None
    spelled: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] | None = None
    has: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    put: Mapping[str, Any] = field(default_factory=dict)
    wait: float = 0
    token: str | None = None
    credential: str = "valid"
    keeps: tuple[str, ...] = ()
    later: Mapping[str, int] = field(default_factory=dict)
    saves: str | None = None
    same: str | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    takes: tuple[str, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether it changes the state of the target."""
        return bool(self.put or self.wait)


@dataclass(frozen=True)
class Story:
    """Steps that belong together; ``rule`` names the decision or source they rest on.

    ``copy``: they are about what is nobody's to touch, and so are told of a copy of the target.
    """

    id: str
    title: str
    rule: str
    steps: tuple[Step, ...]
    copy: bool = False

    def reads(self, promise: Promise) -> bool:
        """Whether it does nothing but read."""
        return all(one.call is not None and promise.operation(one.call).safe for one in self.steps)

    @property
    def elsewhere(self) -> bool:
        """Whether it is told of a copy of the target."""
        return self.copy or any(one.elsewhere for one in self.steps)


@lru_cache(maxsize=16)
def stories_of(promise: Promise) -> Mapping[str, Story]:
    """Every story of a promise by its id; raises ``PromiseError`` with the place of what does not fit the promise."""
    resources = resources_of(promise)
    found: dict[str, Story] = {}
    for raw in promise.conventions.get("stories", ()):
        check_known(f"stories.{raw.get('id')}", raw, STORY_KEYS)
        story = Story(
            raw["id"], raw["title"], raw.get("rule", ""), tuple(_steps(promise, resources, raw)), bool(raw.get("copy"))
        )
        if story.id in found:
            raise PromiseError(f"two stories are called {story.id!r}")
        found[story.id] = story
    return MappingProxyType(found)


def _steps(promise: Promise, resources: Mapping[str, Resource], story: Mapping[str, Any]) -> Iterator[Step]:
    known = level(story.get("evidence", "documented"))
    cast: list[str] = []
    for number, raw in enumerate(story["steps"], 1):
        place = f"stories.{story['id']}.{number}"
        check_known(place, raw, STEP_KEYS)
        step = _step(raw, known)
        _check(place, step, promise, resources, cast)
        cast += [step.name] if step.name else []
        yield step


def _step(raw: Mapping[str, Any], known: Evidence) -> Step:
    evidence = level(raw["evidence"]) if "evidence" in raw else known
    return Step(
        make=raw.get("make"),
        call=raw.get("call"),
        by=raw.get("by"),
        name=raw.get("as"),
        of=raw.get("of"),
        values={name: _text(value) for name, value in raw.get("with", {}).items()},
        rounds=tuple(_rounds(raw.get("for", {}))) or ({},),
        expected=raw.get("expect", "success"),
        evidence=evidence,
        refused=level(raw["refused"]) if "refused" in raw else evidence,
        wanted=raw.get("is", UNSAID),
        unwanted=raw.get("is_not", UNSAID),
        shows=raw.get("shows", {}),
        each=raw.get("each", {}),
        some=raw.get("some", {}),
        lists=_names(raw.get("lists")),
        omits=_names(raw.get("omits")),
        ordered=_names(raw.get("ordered")),
        method=raw.get("method"),
        spelled=raw.get("spelled", {}),
        only=_names(raw["only"]) if "only" in raw else None,
        has=raw.get("has", {}),
        lacks=_names(raw.get("lacks")),
        put=raw.get("put", {}),
        wait=raw.get("wait", 0),
        token=raw.get("token"),
        credential=raw.get("credential", "valid"),
        keeps=_names(raw.get("keeps")),
        later=raw.get("later", {}),
        saves=raw.get("saves"),
        same=raw.get("same"),
        beside=raw.get("beside", {}),
        takes=_names(raw.get("takes")),
    )


def _rounds(raw: Mapping[str, Iterable[Any]]) -> Iterator[dict[str, str]]:
    for mark, values in raw.items():
        yield from ({mark: str(value)} for value in values)


def _text(raw: Any) -> str | list[str]:
    return [str(one) for one in raw] if isinstance(raw, list) else str(raw)


def _names(raw: str | list[str] | None) -> tuple[str, ...]:
    return tuple(raw) if isinstance(raw, list) else (raw,) if raw else ()


def _check(place: str, step: Step, promise: Promise, resources: Mapping[str, Resource], cast: list[str]) -> None:
    if sum((step.make is not None, step.call is not None, step.elsewhere)) != 1:
        raise PromiseError(f"{place}: a step makes something or calls an operation, one of the two, or puts or waits")
    if step.elsewhere:
        settings = (*promise.conventions.get("usual", ()), *promise.conventions.get("free", ()))
        check_known(f"{place}.put", step.put, settings)
        return
    told = (step.of, *step.lists, *step.omits, *(step.only or ()), *step.has, *step.ordered, *step.takes)
    check_known(place, [one for one in told if one], cast)
    check_known(place, step.expected.split("|"), ("success", *promise.conventions["situations"]))
    if step.call is not None:
        operation = promise.operation(step.call)
    else:
        check_known(place, [str(step.make)], resources)
        creations = {one.operation.id: one.operation for one in resources[str(step.make)].all("create")}
        check_known(place, [step.by] if step.by else [], creations)
        operation = creations[step.by] if step.by else next(iter(creations.values()))
    check_known(f"{place}.with", step.values, operation.by_name)
    check_known(f"{place}.spelled", step.spelled, step.values)
    check_known(f"{place}.method", [step.method] if step.method else [], promise.routes.mirrored(operation))
    sent = (one for value in step.values.values() for one in ([value] if isinstance(value, str) else value))
    texts = [*sent, *(text for one in step.rounds for text in one.values())]
    marks = {mark for text in texts for mark, _ in MARK.findall(text)}
    known = {*cast, *promise.conventions.get("environment", {}), *(mark for one in step.rounds for mark in one)}
    check_known(place, {mark.split(".")[0] for mark in marks}, {*known, "tag", "number", "new", "now"})
