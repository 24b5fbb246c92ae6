"""The page of the judge's rules, made from their registry: ``python -m tests.support.rules > docs/rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import groupby

from contract_tests.rules.registry import Rule, discover

HEAD = """# Rules of the judge

Each rule has an id, which reports use, and says what an answer of the target must be like. How well a rule is known
decides how grave a breach is: `documented` breaches fail a check, `client` ones warn, `assumed` ones are notes.

An `exchange` rule judges every answer. A `scenario` makes requests of its own: for each resource, for
each operation, or once. This page is made from the rules by `python -m tests.support.rules`."""


def page(rules: Mapping[str, Rule]) -> str:
    """The page, one table for each family."""
    parts = [HEAD]
    ordered = sorted(rules.values(), key=lambda rule: rule.family)
    for family, members in groupby(ordered, key=lambda rule: rule.family):
        parts += [
            f"\n## {family.capitalize()}\n",
            "| rule | what it demands | judges | known as |\n| --- | --- | --- | --- |",
            *(f"| `{one.id}` | {one.title} | {_scope(one)} | {one.evidence.word} |" for one in members),
        ]
    return "\n".join(parts) + "\n"


def _scope(rule: Rule) -> str:
    if rule.scope == "exchange":
        return rule.scope
    return f"{rule.scope}, once" if rule.each == "run" else f"{rule.scope}, each {rule.each}"


if __name__ == "__main__":
    sys.stdout.write(page(discover()))
