"""`apitwin rules`: what the judge demands, and why."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import fill
from typing import Any

from apitwin.data import api_names
from apitwin.failure import Failed
from apitwin.table import show
from contract_tests.handbook import facts, families, scope
from contract_tests.own import every_rule
from contract_tests.rules.registry import Rule, RuleError, chosen

#: Columns of an explanation.
WIDTH = 100


def rules(name: str | None, *, folder: Path | None, as_json: bool) -> None:
    """Print all rules, or everything about one; raises ``Failed``."""
    try:
        known = every_rule(folder)
        picked = known if name is None else chosen(known, [name])
    except RuleError as error:
        raise Failed(str(error)) from error
    if as_json:
        told = [_full(rule) if name else facts(rule) for rule in picked.values()]
        print(json.dumps(told[0] if name else told, indent=2))
    elif name is None:
        rows = [_cells(rule) for _, members in families(picked) for rule in members]
        show(("rule", "family", "known as", "severity", "judges", "what it demands"), rows)
    else:
        _explain(_full(picked[name]))


def _cells(rule: Rule) -> tuple[str, ...]:
    told = facts(rule)
    return (rule.id, rule.family, told["evidence"], told["severity"], scope(rule), rule.title)


def _full(rule: Rule) -> dict[str, Any]:
    return {**facts(rule), "catches": _faults(rule.id)}


def _faults(rule: str) -> list[str]:
    """The planted faults that a rule is to catch, in words."""
    from contract_tests.planted.fault import catalogue

    found = []
    for api in api_names():
        try:
            faults = catalogue(api)
        except ModuleNotFoundError:
            continue
        found += [f"{one.name}: {one.title} ({api})" for one in faults if rule in one.rules]
    return found


def _explain(told: dict[str, Any]) -> None:
    print(f"{told['id']}: {told['title']}\n")
    for part in told["why"].split("\n\n"):
        print(f"{fill(part, WIDTH)}\n")
    print(f"family    {told['family']}")
    print(f"judges    {told['judges']}{'; changes things' if told['writes'] else ''}")
    print(f"known as  {told['evidence']}: {told['severity']}")
    print(f"source    {told['source']}")
    for number, fault in enumerate(told["catches"]):
        print(f"{'' if number else 'catches':<9} {fault}")
