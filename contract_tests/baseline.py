"""Known findings that do not fail a run, each with a reason and a day up to which that is so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from contract_tests.strict import Strict, read_strictly

VERSION = 1
#: Days a finding is waived for when the baseline is written by the command.
DAYS = 90
UNEXPLAINED = "not explained yet"

HEAD = """\
# Known findings: they do not fail a run up to the day that is named. `apitwin check ... --baseline FILE
# --update-baseline` writes this file; reasons and days that stand here are kept.
"""

Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A finding that is known, why it is accepted, and the last day on which it is."""

    rule: str
    operation: str
    cause: str
    reason: str
    until: date

    @property
    def key(self) -> Key:
        return (self.rule, self.operation, self.cause)

    def __str__(self) -> str:
        at = f" ({self.cause})" if self.cause else ""
        return f"{self.rule} at {self.operation}{at}"


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The waivers of an API."""

    api: str
    waivers: tuple[Waiver, ...] = ()


@dataclass
class Waivers:
    """What came of a baseline: one line for each waiver that has expired or waives nothing any more."""

    expired: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


def read_baseline(file: Path, api: str) -> Baseline:
    """A baseline for an API; raises ``strict.StrictError``."""
    parts = read_strictly(file).mapping(required=("version", "api"), optional=("known",))
    if parts["version"].number() != VERSION:
        raise parts["version"].error(f"version {parts['version'].number()} of baselines is unknown; known: {VERSION}")
    if parts["api"].text() != api:
        raise parts["api"].error(f"it is a baseline of {parts['api'].text()!r}; {api!r} is judged")
    waivers: dict[Key, Waiver] = {}
    for one in parts["known"].items() if "known" in parts else ():
        waiver = _waiver(one)
        if waiver.key in waivers:
            raise one.error(f"{waiver} is there twice")
        waivers[waiver.key] = waiver
    return Baseline(api=api, waivers=tuple(waivers.values()))


def _waiver(part: Strict) -> Waiver:
    given = part.mapping(required=("rule", "operation", "reason", "until"), optional=("cause",))
    until = given["until"].value
    if not isinstance(until, date) or isinstance(until, datetime):
        raise given["until"].error(f"{until!r} is no day such as 2027-01-31")
    return Waiver(
        rule=given["rule"].text(),
        operation=given["operation"].text(),
        cause=given["cause"].text() if "cause" in given else "",
        reason=given["reason"].text(),
        until=until,
    )


@dataclass(frozen=True)
class Held:
    """Findings held against a baseline: what is said of those that are waived, by key, and of the waivers."""

    waived: dict[Key, str]
    waivers: Waivers


def held(baseline: Baseline, keys: Iterable[Key], *, today: date) -> Held:
    """What a baseline says of findings with these keys, whose causes are as reports show them."""
    found = set(keys)
    matched = {one.key: one for one in baseline.waivers if one.key in found}
    return Held(
        waived={key: f"{one.reason} (until {one.until})" for key, one in matched.items() if one.until >= today},
        waivers=Waivers(
            expired=[f"{one} expired on {one.until}: {one.reason}" for one in baseline.waivers if one.until < today],
            unmatched=[f"{one}: {one.reason}" for one in baseline.waivers if one.key not in matched],
        ),
    )


def updated(baseline: Baseline, keys: Iterable[Key], *, today: date) -> Baseline:
    """A baseline of exactly these findings. Reasons and days of those that were known stay, expired ones too."""
    known = {one.key: one for one in baseline.waivers}
    until = today + timedelta(days=DAYS)
    found = [
        known.get(key) or Waiver(rule=key[0], operation=key[1], cause=key[2], reason=UNEXPLAINED, until=until)
        for key in sorted(set(keys))
    ]
    return Baseline(api=baseline.api, waivers=tuple(found))


@dataclass(frozen=True, kw_only=True)
class Known:
    """The baseline that a run is held against. ``update``: it is first made to know what fails."""

    file: Path
    baseline: Baseline
    today: date
    update: bool = False

    def hold(self, keys: Iterable[Key], *, failing: Iterable[Key]) -> Held:
        """Hold findings against it; raises ``OSError`` when it cannot be written."""
        found = set(keys)
        baseline = self.baseline
        if self.update:
            still = found.intersection(one.key for one in baseline.waivers)
            baseline = updated(baseline, still.union(failing), today=self.today)
            write_baseline(baseline, self.file)
        return held(baseline, found, today=self.today)


def known_of(file: Path | None, *, api: str, update: bool, today: date) -> Known | None:
    """What is asked for; one that is to be written need not exist. Raises ``strict.StrictError``."""
    if file is None:
        return None
    fresh = update and not file.exists()
    return Known(
        file=file, baseline=Baseline(api=api) if fresh else read_baseline(file, api), today=today, update=update
    )


def write_baseline(baseline: Baseline, file: Path) -> None:
    """Write a baseline, whole or not at all."""
    known = [_written(one) for one in baseline.waivers]
    content = {"version": VERSION, "api": baseline.api, "known": known}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1_000)
    part = file.with_name(f"{file.name}.part")
    part.write_text(HEAD + text, encoding="utf-8")
    part.replace(file)


def _written(waiver: Waiver) -> dict[str, Any]:
    cause = {"cause": waiver.cause} if waiver.cause else {}
    return {
        "rule": waiver.rule, "operation": waiver.operation, **cause, "reason": waiver.reason, "until": waiver.until
    }  # fmt: skip
