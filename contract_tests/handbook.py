"""What there is to say of the rules: in a page, in a list, and of each one for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from contract_tests.evidence import severity
from contract_tests.reports.text import flowing
from contract_tests.rules.registry import Rule

HEAD = """# Rules of the judge

Each rule has an id, which reports use, and says what an answer of the target must be like. How well a rule is known
decides how grave a breach is: `documented` breaches fail a check, `client` ones warn, `assumed` ones are notes;
`apitwin check --strict` raises that. A part of the promise may be known less well than the rule: then that decides.

An `exchange` rule judges every answer. A `scenario` makes requests of its own: for each resource, for
each operation, or once. A `machine` rule judges what a random sequence of changes came to.

The last column says whether a rule judges in a run that only reads (`--mode read-only`): of what stands there, as far
as the requests of such a run show it.

[apitwin rules](verbs/rules.md) shows the same, and which planted faults a rule catches. Rules of one's own:
[own rules](judge/own-rules.md). This page is made from the rules by `python -m tests.support.rules`."""


def page(rules: Mapping[str, Rule]) -> str:
    """All rules as a page: for each family a table, then what there is to say of each."""
    parts = [HEAD]
    for family, members in families(rules):
        parts += [
            f"\n## {family.capitalize()}\n",
            "| rule | what it demands | judges | known as | when only reading |\n| --- | --- | --- | --- | --- |",
            *(
                f"| `{one.id}` | {one.title} | {scope(one)} | {one.evidence.word} | {'no' if one.writes else 'yes'} |"
                for one in members
            ),
        ]
        for one in members:
            parts += [f"\n### {one.id}\n", *_told(one)]
    return "\n".join(parts) + "\n"


def families(rules: Mapping[str, Rule]) -> Iterator[tuple[str, list[Rule]]]:
    """The rules by family, families in order, rules as they are defined."""
    ordered = sorted(rules.values(), key=lambda rule: rule.family)
    for family, members in groupby(ordered, key=lambda rule: rule.family):
        yield family, list(members)


def scope(rule: Rule) -> str:
    """What a rule judges, and how often."""
    if rule.scope != "scenario":
        return rule.scope
    return f"{rule.scope}, once" if rule.each == "run" else f"{rule.scope}, each {rule.each}"


def facts(rule: Rule) -> dict[str, Any]:
    """What there is to know of a rule."""
    return {
        "id": rule.id,
        "title": rule.title,
        "family": rule.family,
        "why": flowing(rule.explanation),
        "source": rule.source,
        "evidence": rule.evidence.word,
        "severity": str(severity(rule.evidence)),
        "judges": scope(rule),
        "writes": rule.writes,
    }


def _told(rule: Rule) -> Iterator[str]:
    yield rule.explanation or f"{rule.title}."
    yield f"\nSource: {rule.source}."
