"""Options as they were typed, made into what they stand for; what is wrong with one is told in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from apitwin.data.names import nearest
from contract_tests.baseline import Known, known_of
from contract_tests.own import own_rules
from contract_tests.promise import Promise
from contract_tests.reports.kinds import KINDS
from contract_tests.rules.registry import Rule, RuleError
from contract_tests.run import CouldNotRun

Given = TypeVar("Given")
Value = TypeVar("Value")


def readable(option: str, given: Given, read: Callable[[Given], Value]) -> Value:
    """The value of an option; raises ``CouldNotRun`` when it cannot be read."""
    try:
        return read(given)
    except ValueError as error:
        raise CouldNotRun(f"{option} {error}") from error


def kinds_of(names: Sequence[str], *, allowed: tuple[str, ...] = KINDS) -> tuple[str, ...]:
    """The kinds of reports by name, all without any; raises ``CouldNotRun`` naming the nearest one."""
    for name in names:
        if name not in allowed:
            raise CouldNotRun(f"--report {name!r} is unknown{nearest(name, allowed)}")
    return tuple(dict.fromkeys(names)) or allowed


def baseline_of(file: Path | None, *, api: str, update: bool, today: date) -> Known | None:
    """The baseline that is asked for; raises ``CouldNotRun``."""
    if update and file is None:
        raise CouldNotRun("--update-baseline writes the file that --baseline names: give both")
    return readable("--baseline", file, lambda one: known_of(one, api=api, update=update, today=today))


def own_rules_of(folder: Path | None, promise: Promise) -> dict[str, Rule]:
    """The rules of the user's folder; raises ``CouldNotRun``."""
    try:
        return own_rules(folder, operations=promise.operations) if folder else {}
    except RuleError as error:
        raise CouldNotRun(f"--rules-dir {error}") from error


@contextmanager
def writing() -> Iterator[None]:
    """Raises ``CouldNotRun`` when a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise CouldNotRun(f"the report cannot be written: {error.filename}: {error.strerror}") from error


def make_writable(folder: Path) -> None:
    """Make the folder of the reports; raises ``CouldNotRun`` when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except FileExistsError as error:
        raise CouldNotRun(f"--report-dir {folder}: a file has that name; give a folder") from error
    except OSError as error:
        raise CouldNotRun(f"--report-dir {folder}: {error.strerror}") from error
