"""Rules without code: ``rules.yaml``, strict, whatever is not understood is told with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from apitwin.data.names import nearest
from contract_tests.evidence import Evidence, UnknownEvidence, level
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.own.conditions import Conditions, breaches, conditions_of
from contract_tests.promise import Promise
from contract_tests.rules.registry import Judge, Rule
from contract_tests.strict import Strict, read_strictly

VERSION = 1
FAMILY = "own"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def declared(file: Path, operations: Iterable[str] | None) -> Iterator[Rule]:
    """The rules of a file; raises ``strict.StrictError``."""
    parts = read_strictly(file).mapping(required=("version", "rules"))
    if parts["version"].number() != VERSION:
        raise parts["version"].error(f"version {parts['version'].number()} is unknown; known: {VERSION}")
    known = None if operations is None else list(operations)
    for one in parts["rules"].items():
        yield _rule(one, file, known)


def _rule(part: Strict, file: Path, known: list[str] | None) -> Rule:
    optional = ("why", "source", "evidence", "operations", "when")
    given = part.mapping(required=("id", "title", "then"), optional=optional)
    name = given["id"].text()
    if not _ID.fullmatch(name):
        raise given["id"].error(
            f"{name!r} is no id such as names-are-short: words of small letters, with - between them"
        )
    title = given["title"].text()
    forms = _operations(given["operations"], known) if "operations" in given else ["*"]
    when = conditions_of(given["when"]) if "when" in given else ()
    judge = _judge(title, forms, when, conditions_of(given["then"]))
    judge.__doc__ = given["why"].text() if "why" in given else title
    return Rule(
        id=name,
        title=title,
        family=FAMILY,
        source=given["source"].text() if "source" in given else file.name,
        evidence=_evidence(given["evidence"]) if "evidence" in given else Evidence.DOCUMENTED,
        scope="exchange",
        judge=judge,
        writes=False,
    )


def _operations(part: Strict, known: list[str] | None) -> list[str]:
    forms = []
    for one in part.items_or_one():
        form = one.text()
        if known is not None and not any(fnmatchcase(name, form) for name in known):
            raise one.error(f"no operation is called {form!r}{nearest(form, known)}")
        forms.append(form)
    return forms


def _evidence(part: Strict) -> Evidence:
    try:
        return level(part.text())
    except UnknownEvidence as error:
        raise part.error(str(error)) from error


def _judge(title: str, forms: list[str], when: Conditions, then: Conditions) -> Judge:
    def judge(exchange: Exchange, _: Promise) -> Iterator[Complaint]:
        if not any(fnmatchcase(exchange.operation.id, form) for form in forms):
            return
        if any(breaches(when, exchange)):
            return
        for one in breaches(then, exchange):
            message = f"{title}: {one.place} is {one.received}, not {one.demanded}"
            yield Complaint(message, one.received, one.demanded, cause=_general(one.place))

    return judge


def _general(pointer: str) -> str:
    """A JSON pointer without positions in lists: what is wrong with many items is one finding."""
    return re.sub(r"/\d+(?=/|$)", "/*", pointer)
