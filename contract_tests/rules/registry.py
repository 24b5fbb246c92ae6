"""The registry of rules, filled by importing every module of this package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apitwin.data.names import nearest
from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint

#: A rule that only makes requests leaves the complaining to the exchange rules and returns nothing.
Judge = Callable[..., Iterable[Complaint] | None]


class RuleError(Exception):
    """A rule that is unknown, or defined twice."""


@dataclass(frozen=True)
class Rule:
    """A rule: ``scope`` is ``exchange`` (judges every answer), ``scenario`` (makes its own requests) or ``machine``
    (judges what a sequence of changes came to).

    ``writes`` tells whether a scenario is about changes: a read-only run leaves it out. One that is not only makes what
    it reads; there it takes what exists.
    ``grave`` marks scenarios that name objects which are not the run's own: only ``full`` runs do that.
    """

    id: str
    title: str
    family: str
    source: str
    evidence: Evidence
    scope: str
    judge: Judge
    writes: bool = True
    grave: bool = False
    each: str = "resource"

    @property
    def explanation(self) -> str:
        return inspect.getdoc(self.judge) or ""


_MARK = "__rules__"


def exchange_rule(
    id: str, *, title: str, source: str, evidence: Evidence = Evidence.DOCUMENTED
) -> Callable[[Judge], Judge]:
    """Mark a function ``(exchange, promise)`` as the judge of every exchange."""
    return _marked(id=id, title=title, source=source, evidence=evidence, scope="exchange", writes=False)


def scenario_rule(
    id: str,
    *,
    title: str,
    source: str,
    evidence: Evidence = Evidence.DOCUMENTED,
    writes: bool = True,
    grave: bool = False,
    each: str = "resource",
) -> Callable[[Judge], Judge]:
    """Mark a function ``(stage, resource)`` that makes requests of its own.

    ``each``: ``run`` (once), or once per ``resource``, ``operation``, ``story``, ``state`` or ``state-story``.
    """
    more = {"writes": writes, "grave": grave, "each": each}
    return _marked(id=id, title=title, source=source, evidence=evidence, scope="scenario", **more)


def machine_rule(
    id: str, *, title: str, source: str, evidence: Evidence = Evidence.DOCUMENTED
) -> Callable[[Judge], Judge]:
    """Mark a function that compares an answer with what a machine's model says."""
    return _marked(id=id, title=title, source=source, evidence=evidence, scope="machine")


def _marked(**details: Any) -> Callable[[Judge], Judge]:
    def mark(judge: Judge) -> Judge:
        family = judge.__module__.rpartition(".")[2]
        setattr(judge, _MARK, [*getattr(judge, _MARK, []), Rule(judge=judge, family=family, **details)])
        return judge

    return mark


def rules_in(module: Any) -> Iterator[Rule]:
    """The rules a module defines, in the order of its text."""
    functions = [one for one in vars(module).values() if inspect.isfunction(one) and one.__module__ == module.__name__]
    for function in sorted(functions, key=lambda one: one.__code__.co_firstlineno):
        yield from getattr(function, _MARK, [])


def discover() -> Mapping[str, Rule]:
    """Every rule of this package by id; raises ``RuleError`` when an id is used twice."""
    package = importlib.import_module("contract_tests.rules")
    found: dict[str, Rule] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        for rule in rules_in(importlib.import_module(f"contract_tests.rules.{info.name}")):
            if rule.id in found:
                raise RuleError(f"rule {rule.id!r} is defined twice")
            found[rule.id] = rule
    return found


def chosen(rules: Mapping[str, Rule], ids: Iterable[str]) -> dict[str, Rule]:
    """The rules of these ids; raises ``RuleError`` naming the nearest known one."""
    out = {}
    for one in ids:
        if one not in rules:
            raise RuleError(f"unknown rule {one!r}{nearest(one, rules)}")
        out[one] = rules[one]
    return out
