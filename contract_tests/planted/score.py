"""The score of the judge: every broken twin of an API, killed, survived or never triggered, judged side by side."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from multiprocessing import get_context
from statistics import median
from typing import Any

from apitwin.data import specs_dir
from contract_tests.modes import Mode
from contract_tests.planted.fault import Fault, catalogue
from contract_tests.planted.measure import Ground, Outcome
from contract_tests.promise import load


class Fate(StrEnum):
    """What became of a broken twin.

    ``NEVER_TRIGGERED``: the run did not make it do anything wrong. ``INVISIBLE``: a run that only reads was answered
    as by a correct twin, or as only who wrote something knows to be wrong.
    """

    KILLED = "killed"
    SURVIVED = "survived"
    INVISIBLE = "invisible to reads"
    NEVER_TRIGGERED = "never triggered"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How broken twins are judged; see ``Ground.judge``. ``jobs`` processes share the work."""

    api: str
    mode: Mode | None = None
    quick: bool = False
    seed: int = 0
    jobs: int = 1


@dataclass(frozen=True, kw_only=True)
class Score:
    """One broken twin. ``requests`` and ``seconds`` are up to the kill, or of the whole run.

    ``rules`` are those that killed it; where it was not killed ``others`` complained, of what was not ``expected`` of
    them or less gravely. ``remark`` says why it could not be judged, or seen, or which rule broke
    down on it.
    """

    name: str
    family: str
    title: str
    fate: Fate
    evidence: str
    expected: tuple[str, ...]
    rules: tuple[str, ...]
    others: tuple[str, ...]
    requests: int
    seconds: float
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Broken twins of a family, or all: how many had which fate; requests and seconds up to the kill, where killed."""

    family: str
    killed: int
    survived: int
    invisible: int
    never_triggered: int
    requests_median: float
    requests_most: int
    seconds_median: float
    seconds_most: float

    @property
    def planted(self) -> int:
        return self.visible + self.invisible

    @property
    def visible(self) -> int:
        """Those that can be killed."""
        return self.killed + self.survived + self.never_triggered

    @property
    def percent(self) -> float:
        """Killed of those that can be."""
        return 100 * self.killed / self.visible if self.visible else 100.0


def chosen(api: str, names: Sequence[str]) -> list[Fault]:
    """The faults of these names and families; all when none is named. Raises ``LookupError`` for a name of neither."""
    faults = catalogue(api)
    known = {one.name for one in faults} | {one.family for one in faults}
    for name in names:
        if name not in known:
            raise LookupError(name, known)
    return [one for one in faults if not names or {one.name, one.family} & set(names)]


def scored(faults: Iterable[Fault], terms: Terms) -> Iterator[Score]:
    """Each fault's score as soon as it is there."""
    names = [one.name for one in faults]
    if terms.jobs == 1:
        yield from (score(name, terms) for name in names)
        return
    pool = ProcessPoolExecutor(terms.jobs, mp_context=get_context("spawn"), initializer=_deaf)
    try:
        for done in as_completed([pool.submit(score, name, terms) for name in names]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def score(name: str, terms: Terms) -> Score:
    """Judge one broken twin in this process; a judge that fails on it has not killed it."""
    fault = _faults(terms.api)[name]
    try:
        outcome = _ground(terms.api).judge(
            fault, seed=terms.seed, quick=terms.quick, first=not terms.quick, mode=terms.mode
        )
    except Exception as error:
        outcome = Outcome(fault, {}, frozenset(), refused=f"the judge itself failed: {type(error).__name__}: {error}")
    return score_of(outcome)


def score_of(outcome: Outcome) -> Score:
    """An outcome as words and numbers."""
    fault, killers = outcome.fault, outcome.expected
    missed = Fate.SURVIVED if outcome.triggered else Fate.NEVER_TRIGGERED
    missed = missed if outcome.visible else Fate.INVISIBLE
    return Score(
        name=fault.name,
        family=fault.family,
        title=fault.title,
        fate=Fate.KILLED if killers else missed,
        evidence=fault.evidence.word,
        expected=tuple(sorted(fault.rules)),
        rules=tuple(sorted(killers)),
        others=tuple(sorted(set(outcome.caught) - killers)),
        requests=outcome.requests,
        seconds=round(outcome.seconds, 3),
        remark="; ".join(outcome.broke) or outcome.refused or ("" if killers else outcome.unseen),
    )


def tallies(scores: Sequence[Score]) -> list[Tally]:
    """One of each family, and that of all of them last."""
    families = sorted({one.family for one in scores})
    return [*(_tally(name, [one for one in scores if one.family == name]) for name in families), _tally("all", scores)]


def document(scores: Sequence[Score], terms: Terms, *, seconds: float) -> dict[str, Any]:
    """Everything as JSON; ``seconds`` is how long it took."""
    ordered = sorted(scores, key=lambda one: (one.family, one.name))
    return {
        **asdict(terms),
        "seconds": round(seconds, 3),
        "families": [{**asdict(one), "planted": one.planted} for one in tallies(ordered)],
        "faults": [asdict(one) for one in ordered],
    }


def _tally(family: str, scores: Sequence[Score]) -> Tally:
    killed = [one for one in scores if one.fate is Fate.KILLED]
    requests, seconds = [one.requests for one in killed], [one.seconds for one in killed]
    return Tally(
        family=family,
        killed=len(killed),
        survived=sum(one.fate is Fate.SURVIVED for one in scores),
        invisible=sum(one.fate is Fate.INVISIBLE for one in scores),
        never_triggered=sum(one.fate is Fate.NEVER_TRIGGERED for one in scores),
        requests_median=median(requests or [0]),
        requests_most=max(requests, default=0),
        seconds_median=round(median(seconds or [0]), 3),
        seconds_most=max(seconds, default=0),
    )


@cache
def _ground(api: str) -> Ground:
    """One for each process: building a twin takes longer than judging most faults."""
    return Ground(load(specs_dir() / api))


@cache
def _faults(api: str) -> dict[str, Fault]:
    return {one.name: one for one in catalogue(api)}


def _deaf() -> None:
    """Ctrl-C is for the process that shares out the work; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
