"""How a run of the judge fares against a fault: which rules complain, after how many requests and seconds."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from contract_tests.breakdown import Breakdown
from contract_tests.credentials import Credentials, from_environment
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange, Request
from contract_tests.findings import Finding
from contract_tests.modes import Mode
from contract_tests.planted.fault import Fault, heard, package_of
from contract_tests.promise import Promise
from contract_tests.rules.registry import Rule, discover
from contract_tests.run import CouldNotRun, Progress, Wish, run
from contract_tests.targets import AsgiTarget
from mockserver.app import Options, Twin, build

#: Sequences of each family of resources that are played against a fault which only sequences show.
PLAYS = 60
#: Seconds in which they are played, also on a busy machine: what is found must not depend on how busy it is.
PATIENCE = 600.0

#: Answers that were given to each request.
Answers = dict[Request, set[tuple[Any, ...]]]

#: The rule that complains when a request of another one ends in the wrong situation.
STATUSES = "status-fits-situation"


@dataclass(frozen=True)
class Outcome:
    """What came of a run against a fault.

    ``caught`` maps ids of the rules that complained to how well their findings are known; ``expected`` are those among
    them that were meant to complain, and did so as gravely as they were meant to. ``requests`` were sent and
    ``seconds`` had passed when the first expected one was there, or at the end. ``triggered``: the fault came to work.
    ``visible``: an answer was another one than without the fault; only looked at where a run does nothing but read.
    ``refused`` says why the run did not begin, ``unseen`` why reads cannot tell that something is wrong.
    ``broke`` has a line for each rule that broke down.
    """

    fault: Fault
    caught: dict[str, Evidence]
    expected: frozenset[str]
    requests: int = 0
    seconds: float = 0.0
    refused: str = ""
    triggered: bool = True
    visible: bool = True
    unseen: str = ""
    broke: tuple[str, ...] = ()


def usual_mode(promise: Promise) -> Mode:
    """How far a run on a twin must go: in full where all that can be made at first stays, and nothing is leased."""
    return Mode.FULL if "lease" in promise.conventions else Mode.ADDITIVE


class Ground:
    """A twin to plant faults in, each in a fresh copy of its seed; twins of one process share their code, so faults
    are planted one at a time."""

    def __init__(self, promise: Promise) -> None:
        self.promise = promise
        self.twin: Twin = build([promise.name], Options())
        labels = dict(self.twin.credentials(promise.name))
        package = importlib.import_module(package_of(promise.name))
        self._variables = {variable: labels[label] for variable, label in package.CREDENTIALS.items()}
        self._given: Callable[[AsgiTarget], Mapping[str, str]] | None = getattr(package, "given", None)
        self.credentials = from_environment(self._variables)
        self._usual: dict[int, Answers] = {}

    def _renew(self) -> None:
        """Ask the twin, as it is now, for what only it can give."""
        if self._given is None:
            return
        target = AsgiTarget(self.twin.app)
        try:
            given = self._given(target)
        finally:
            target.close()
        self.credentials = from_environment({**self._variables, **given}, wanted=Credentials.wanted(self.promise))

    def _forget(self) -> None:
        """Who may call is decided again: a fault must neither miss nor outlive what was decided before it or by it."""
        for engine in self.twin.engines.values():
            engine.admissions.forget()

    def usual(self, seed: int) -> Answers:
        """What a run that only reads is answered without any fault."""
        if seed not in self._usual:
            answers: Answers = {}
            sound = Fault(name="none", title="", rules=frozenset(), plant=lambda app, _: nullcontext(app))

            def keep(exchange: Exchange) -> None:
                answers.setdefault(exchange.request, set()).add(_told(exchange))

            with self.broken(sound) as target:
                run(self.wish(sound, target, Mode.READ_ONLY, seed=seed, seen=keep))
            self._usual[seed] = answers
        return self._usual[seed]

    def wish(self, fault: Fault, target: AsgiTarget, mode: Mode, **more: Any) -> Wish:
        """A run against a target with a fault, the walk alone unless ``more`` says otherwise."""
        return Wish(
            promise=fault.demand(self.promise),
            target=target,
            credentials=self.credentials,
            mode=mode,
            states=mode.writes,
            passing=True,
            examples=0,
            seconds=2 * PATIENCE,  # the machines get half
            **{"plays": 0, **more},
        )

    @contextmanager
    def broken(self, fault: Fault) -> Iterator[AsgiTarget]:
        """A target with the fault."""
        self.twin.worlds.reset("default")
        self._forget()
        self._renew()
        with fault.plant(self.twin.app, self.promise) as app:
            self._forget()
            target = AsgiTarget(app, address=fault.name)
            try:
                yield target
            finally:
                target.close()

    def judge(
        self,
        fault: Fault,
        *,
        seed: int = 0,
        quick: bool = False,
        first: bool = False,
        mode: Mode | None = None,
    ) -> Outcome:
        """Run the walk against the fault, and the machines where they are to see it.

        ``first``: everything, up to the first finding that was expected. ``quick``: up to there, and only the rules
        that must see the fault, where they provoke it themselves.
        """
        mode = mode or usual_mode(self.promise)
        fault = fault if mode.writes else fault.seen_by_reads()
        known = discover()
        wanted = seen_by(fault, known)
        rules = wanted if quick and provoked(fault, known) else None
        plays = mode.writes and (first or any(known[one].scope == "machine" for one in fault.rules))
        watch = _Watch(fault, wanted, quick or first, None if mode.writes else self.usual(seed))
        with heard(watch.ring), self.broken(fault) as target:
            wish = self.wish(
                fault,
                target,
                mode,
                seed=seed,
                plays=PLAYS if plays else 0,
                rules=rules,
                progress=watch.note,
                found=watch.hear,
                broke=watch.pity,
                seen=watch.see,
            )
            try:
                run(wish)
            except CouldNotRun as error:
                watch.refused = str(error)
            except _Enough:
                pass
        return watch.outcome()


def seen_by(fault: Fault, known: Mapping[str, Rule]) -> frozenset[str]:
    """The rules that must see a fault; of those that only make requests the one on statuses tells the outcome."""
    return fault.rules | {STATUSES} if provoked(fault, known) else fault.rules


def provoked(fault: Fault, known: Mapping[str, Rule]) -> bool:
    """Whether the rules that must see a fault make the requests that show it; any traffic shows it otherwise."""
    return any(known[one].scope in ("scenario", "machine") for one in fault.rules)


class _Enough(Exception):
    """The fault is found; nothing more is to be learned."""


class _Watch:
    """Notes when the first expected finding was there, and whether the fault came to work; ``first`` ends the run.

    ``usual`` are the answers without the fault, where it matters whether it shows in them.
    """

    def __init__(self, fault: Fault, wanted: frozenset[str], first: bool, usual: Answers | None) -> None:
        self._fault, self._wanted, self._ends, self._usual = fault, wanted, first, usual
        self._visible = usual is None
        self._unseen = fault.unseen if usual is not None else ""
        self._started = time.perf_counter()
        self._first: tuple[int, float] | None = None
        self._requests = 0
        self._caught: dict[str, Evidence] = {}
        self._triggered = False
        self._broke: list[str] = []
        self.refused = ""

    def ring(self) -> None:
        """Told when the fault comes to work."""
        self._triggered = True

    def see(self, exchange: Exchange) -> None:
        """Told of each exchange."""
        if self._usual is not None and not self._visible:
            known = self._usual.get(exchange.request)
            self._visible = known is not None and _told(exchange) not in known

    def pity(self, breakdown: Breakdown) -> None:
        """Told of each rule that breaks down."""
        self._broke.append(breakdown.line)

    def note(self, progress: Progress) -> None:
        """Told before each step of a run."""
        self._requests = progress.requests

    def hear(self, finding: Finding) -> None:
        """Told of each finding; raises ``_Enough``."""
        known = finding.evidence
        self._caught[finding.rule] = max(known, self._caught.get(finding.rule, known))
        expected = finding.rule in self._wanted and known >= self._fault.evidence
        if expected and self._first is None:
            self._first = (finding.exchange.number, time.perf_counter() - self._started)
        if expected and self._ends:
            raise _Enough

    def outcome(self) -> Outcome:
        requests, seconds = self._first or (self._requests, time.perf_counter() - self._started)
        expected = {rule for rule, known in self._caught.items() if known >= self._fault.evidence} & self._wanted
        return Outcome(
            self._fault,
            self._caught,
            frozenset(expected),
            requests,
            seconds,
            self.refused,
            self._triggered,
            self._visible and not self._unseen,
            self._unseen if self._visible else "",
            tuple(self._broke),
        )


def _told(exchange: Exchange) -> tuple[Any, ...]:
    """An answer without what is another each time."""
    return exchange.response.status, exchange.response.headers, exchange.response.body
