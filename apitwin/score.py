"""`apitwin score`: how many broken twins the judge sees through."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from apitwin.data import api_names, specs_dir
from apitwin.data.names import nearest
from apitwin.failure import Failed
from apitwin.table import show
from contract_tests.limits import mode_of
from contract_tests.planted.fault import Fault
from contract_tests.planted.measure import usual_mode
from contract_tests.planted.score import Fate, Score, Tally, Terms, chosen, document, scored, tallies
from contract_tests.promise import load
from contract_tests.run import CouldNotRun

HEADINGS = (
    "family",
    "killed",
    "survived",
    "invisible",
    "never triggered",
    "requests to kill",
    "most",
    "seconds to kill",
    "most",
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to measure: faults or families by name, all when there is none. ``output`` is a file for the figures.

    Without a ``mode`` a run goes as far as the API needs it to.
    """

    api: str
    names: Sequence[str] = ()
    mode: str | None = None
    quick: bool = False
    seed: int = 0
    jobs: int | None = None
    fail_under: int = 100
    output: Path | None = None


def score(wish: Wish) -> int:
    """Print the score; 1 when it is under the threshold. Raises ``Failed``."""
    faults, terms = _faults(wish), _terms(wish)
    started = time.perf_counter()
    try:
        scores = list(_shown(scored(faults, terms), len(faults)))
    except BrokenProcessPool:
        raise Failed("one of the processes was ended from outside; too little memory? fewer --jobs need less") from None
    seconds = time.perf_counter() - started
    if wish.output is not None:
        _write(wish.output, json.dumps(document(scores, terms, seconds=seconds), indent=2))
    total = tallies(scores)[-1]
    show(HEADINGS, [_cells(one) for one in tallies(scores)])
    for one in sorted(scores, key=lambda one: (one.fate, one.family, one.name)):
        if one.fate is Fate.INVISIBLE and one.remark:
            print(f"{one.fate}: {one.family}/{one.name}, {one.title}: {one.remark}")
        elif one.fate not in (Fate.KILLED, Fate.INVISIBLE):
            print(_missed(one))
    unseen = f", {total.invisible} more cannot be seen by reads" if total.invisible else ""
    print(f"{total.killed} of {total.visible} killed ({total.percent:.1f} %), {wish.fail_under} % wanted{unseen}")
    print(f"{sum(one.requests for one in scores)} requests, {seconds:.1f} s, jobs: {terms.jobs}")
    return 1 if total.percent < wish.fail_under else 0


def _faults(wish: Wish) -> list[Fault]:
    if wish.api not in api_names():
        raise Failed(f"unknown API {wish.api!r}{nearest(wish.api, api_names())}")
    try:
        return chosen(wish.api, wish.names)
    except ModuleNotFoundError:
        raise Failed(f"there are no broken twins of {wish.api}: its power has not been measured") from None
    except LookupError as error:
        name, known = error.args
        raise Failed(f"unknown fault or family {name!r}{nearest(name, known)}") from None


def _terms(wish: Wish) -> Terms:
    try:
        mode = mode_of(wish.mode) or usual_mode(load(specs_dir() / wish.api))
    except CouldNotRun as error:
        raise Failed(str(error)) from None
    return Terms(
        api=wish.api, mode=mode, quick=wish.quick, seed=wish.seed, jobs=wish.jobs or len(os.sched_getaffinity(0))
    )


def _shown(scores: Iterable[Score], total: int) -> Iterator[Score]:
    """The same, with a bar on a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        yield from bar.track(scores, total=total, description="broken twins")


def _cells(one: Tally) -> tuple[str, ...]:
    counts = (one.killed, one.survived, one.invisible, one.never_triggered)
    costs = (f"{one.requests_median:g}", f"{one.requests_most}", f"{one.seconds_median:.2f}", f"{one.seconds_most:.2f}")
    return (one.family, *map(str, counts), *costs)


def _missed(one: Score) -> str:
    instead = f", got {' '.join(one.others)}" if one.others else ""
    wanted = f"{one.evidence} by {' or '.join(one.expected)}"
    return f"{one.fate}: {one.family}/{one.name}, {one.title}; wanted {wanted}{instead}" + (
        f" ({one.remark})" if one.remark else ""
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Failed(f"--json {path}: {error.strerror}") from error
