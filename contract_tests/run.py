"""One run of the judge from beginning to end: look before writing, walk, play machines, fuzz, judge what was found
again, clear up, and say what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from contract_tests import lasting
from contract_tests.again import judge_again, leave
from contract_tests.breakdown import Breakdown
from contract_tests.budget import Budget, OutOfBudget
from contract_tests.clearing import Clearing
from contract_tests.credentials import Credentials
from contract_tests.elsewhere import Elsewhere
from contract_tests.environment import NoFooting, find_environment
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding, Findings
from contract_tests.forking import forked
from contract_tests.guard import Guard, Refused
from contract_tests.inventory import Inventory, counted
from contract_tests.ledger import Ledger
from contract_tests.masking import passwords_of
from contract_tests.model import tellers
from contract_tests.modes import Mode
from contract_tests.promise import Promise
from contract_tests.resources import resources_of
from contract_tests.rules.registry import Rule, chosen, discover
from contract_tests.samples import tag_of
from contract_tests.session import Session
from contract_tests.sharding import WHOLE, Shard
from contract_tests.stage import Stage
from contract_tests.stopping import Stop
from contract_tests.targets import HttpTarget, Target, Unreachable
from contract_tests.thresholds import Threshold
from contract_tests.verdict import Unjudged, Verdict
from contract_tests.walk import Walk
from contract_tests.worlds import NoWorld

#: Requests for clearing up: for taking stock, and for each thing that stands.
CLOSING, CLOSING_EACH = 200, 40
#: Sequences of each family of resources.
PLAYS = 24


class CouldNotRun(Exception):
    """The run has judged nothing: the target does not answer, or refuses the credential. One clear line."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``done`` of ``total`` steps of the engine named, and what it is at."""

    engine: str
    done: int
    total: int
    at: str
    requests: int
    findings: int


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to judge and how. ``seconds`` bounds generating cases; ``ledger`` is the file that lists what was made.

    ``alone``: nobody else is at work on the target. ``fork``: it is a twin, and the run gets a world of its own there.
    ``passing``: what it is at work on is dropped after it, so that nothing is cleared up at its end.
    ``sparing``: somebody keeps the target, so that a full run makes as little as it can of what stays for ever.
    ``states``: copies of it may be put into other states, in whatever mode.
    ``allowance`` raises ``guard.Refused`` for an operation and method that was not planned.

    ``examples`` are random cases of each operation, ``plays`` sequences of each family of resources: `PLAYS` unless
    they are said or no examples are wanted either.

    ``rules`` are the ids of those that are judged; all when it is ``None``. ``own`` are rules beside the built-in ones.
    ``leased`` are names of things to work in, by resource. ``shard`` is the part of the promise that is judged.
    ``stop`` ends the run when it is asked to. ``found`` is told of each finding when it is first seen, ``seen`` of each
    exchange, ``broke`` of each rule that breaks down.
    """

    promise: Promise
    target: Target
    credentials: Credentials
    mode: Mode = Mode.ADDITIVE
    alone: bool = False
    fork: bool = False
    passing: bool = False
    sparing: bool = False
    states: bool = False
    budget: Callable[[], Budget] = Budget
    allowance: Callable[[str, str], None] | None = None
    seed: int = 0
    seconds: float = 60.0
    examples: int = 8
    plays: int | None = None
    ledger: Path | None = None
    rules: frozenset[str] | None = None
    own: Mapping[str, Rule] = field(default_factory=dict)
    leased: Mapping[str, str] = field(default_factory=dict)
    shard: Shard = WHOLE
    strict: Evidence = Evidence.DOCUMENTED
    thresholds: tuple[Threshold, ...] = ()
    stop: Stop = field(default_factory=Stop)
    seen: Callable[[Exchange], None] = lambda exchange: None
    progress: Callable[[Progress], None] = lambda progress: None
    found: Callable[[Finding], None] = lambda finding: None
    broke: Callable[[Breakdown], None] = lambda breakdown: None

    @property
    def forks(self) -> HttpTarget | None:
        """The twin where the run gets a world of its own."""
        return self.target if self.fork and isinstance(self.target, HttpTarget) else None


def run(wish: Wish) -> Verdict:
    """Judge a target; raises ``CouldNotRun``, and ``Stopped`` when everything is cleared up."""
    ledger = Ledger(
        wish.ledger, tag=tag_of(wish.seed, wish.shard.salt), api=wish.promise.name, address=wish.target.address
    )
    try:
        judging = _Run(wish, ledger)
        with forked(wish.forks, ledger) if wish.forks else nullcontext():
            verdict = judging.judged()
        verdict.leftovers += [f"the world {one}, with all that is in it" for one in ledger.worlds]
        return verdict
    except NoWorld as error:
        raise CouldNotRun(str(error)) from error
    finally:
        ledger.close()


class _Run:
    """The parts of one run."""

    def __init__(self, wish: Wish, ledger: Ledger) -> None:
        self._wish, self._ledger = wish, ledger
        self._passing = wish.passing or wish.forks is not None  # all that is made goes with the world it is in
        self._resources = resources_of(wish.promise)
        try:
            lasting.needed(wish.promise, self._resources, wish.mode, wish.leased)
        except lasting.NoLease as error:
            raise CouldNotRun(str(error)) from error
        ledger.telling, ledger.hidden = tellers(self._resources), passwords_of(wish.promise)
        self._guard = Guard(promise=wish.promise, resources=self._resources.values(), ledger=ledger, mode=wish.mode)
        self._engines: Counter[str] = Counter()
        self._session = Session(
            promise=wish.promise,
            target=wish.target,
            credentials=wish.credentials,
            ledger=ledger,
            guard=self._guard,
            rules=self._rules(),
            findings=Findings(wish.strict, found=wish.found),
            seen=self._count,
            budget=wish.budget(),
            allowance=wish.allowance,
            stop=wish.stop,
            broke=wish.broke,
        )

    def _rules(self) -> Mapping[str, Rule]:
        known = {**discover(), **self._wish.own}
        return known if self._wish.rules is None else chosen(known, sorted(self._wish.rules))

    def judged(self) -> Verdict:
        """Everything in its order; whatever happens on the way, what was made is cleared up."""
        verdict = self._verdict()
        environment = self._footing(verdict)
        if environment is None:
            self._settle(verdict)
            return verdict
        stage = self._stage(environment)
        elsewhere = self._session.elsewhere = self._elsewhere(environment)
        inventory = self._opened(stage)
        walk = Walk(stage, shard=self._wish.shard)
        verdict.judged, verdict.unjudged = walk.judged, walk.unjudged
        try:
            walk.run(self._tell("walk"))
            self._machines(stage, verdict)
            self._fuzz(stage)
            judge_again(stage, partial(self._fresh, stage, environment), tell=self._tell("again"))
        except Unreachable as error:
            verdict.stopped = f"the target stopped answering after {self._session.exchanges} requests: {error}"
            leave(verdict.findings)
        except OutOfBudget as error:
            verdict.spent = f"the budget is used up: {error}"
            leave(verdict.findings)
        finally:
            try:
                elsewhere.close()
            finally:
                self._close(stage, inventory, verdict)
        self._settle(verdict)
        return verdict

    def _footing(self, verdict: Verdict) -> dict[str, str] | None:
        """The facts a run needs; ``None`` where the target answers, but so wrongly that it does not tell them."""
        try:
            return find_environment(self._session)
        except (Unreachable, Refused) as error:
            raise CouldNotRun(str(error)) from error
        except OutOfBudget as error:
            raise CouldNotRun(f"the budget is used up before the run has begun: {error}") from error
        except NoFooting as error:
            if not error.answered or not self._session.findings:
                raise CouldNotRun(str(error)) from error
            verdict.stopped = f"nothing more could be judged: {error}"
            leave(verdict.findings)
            return None

    def _elsewhere(self, environment: Mapping[str, str]) -> Elsewhere:
        """Copies of the target: made in full only, or of a twin in this process that may be put into other states."""
        wish = self._wish
        allowed = wish.states or wish.mode is Mode.FULL
        return Elsewhere(
            wish.target,
            ledger=self._ledger,
            staging=partial(self._stage, environment),
            why_not="" if allowed else f"a run in mode {wish.mode} puts the target into no other state",
        )

    def _stage(self, environment: Mapping[str, str], session: Session | None = None) -> Stage:
        wish = self._wish
        return Stage(
            session or self._session,
            self._resources,
            seed=wish.seed,
            environment=environment,
            leased=wish.leased,
            sparing=wish.sparing,
        )

    def _fresh(self, stage: Stage, environment: Mapping[str, str]) -> Stage:
        """A stage without anything on it, whose things have names of their own."""
        fresh = self._stage(environment)
        fresh.arguments.carry_on(stage.arguments)
        fresh.spares = stage.spares
        fresh.spares.renew()
        return fresh

    def _machines(self, stage: Stage, verdict: Verdict) -> None:
        plays = self._wish.plays
        if plays is None:
            plays = PLAYS if self._wish.examples else 0
        if not plays:
            return
        from contract_tests.machines import machines

        ends = self._session.budget.elapsed + self._wish.seconds / 2
        compared = machines(
            stage,
            seed=self._wish.seed,
            examples=plays,
            shard=self._wish.shard,
            finished=lambda: self._session.budget.elapsed >= ends,
            tell=self._tell("machine"),
        )
        verdict.judged = {**verdict.judged, **compared}

    def _fuzz(self, stage: Stage) -> None:
        if not self._wish.examples:
            return
        from contract_tests.fuzz import fuzz

        ends = self._session.budget.elapsed + self._wish.seconds
        fuzz(
            stage,
            seed=self._wish.seed,
            examples=self._wish.examples,
            shard=self._wish.shard,
            finished=lambda: self._session.budget.elapsed >= ends,
            tell=self._tell("fuzz"),
        )

    def _opened(self, stage: Stage) -> Inventory | None:
        """What is there before the run; ``None`` for a run that changes nothing. Raises ``CouldNotRun``."""
        if not self._wish.mode.writes:
            return None
        inventory = Inventory(stage)
        try:
            mine = inventory.open()
            lasting.enter(stage)
        except (Unreachable, lasting.NoLease) as error:
            raise CouldNotRun(str(error)) from error
        except OutOfBudget as error:
            raise CouldNotRun(f"the budget is used up before the run has begun: {error}") from error
        if mine:
            raise CouldNotRun(
                f"things of a run with seed {self._wish.seed} are there already: {counted(mine)}; "
                "remove them with apitwin sweep, or take another seed"
            )
        return inventory

    def _close(self, stage: Stage, inventory: Inventory | None, verdict: Verdict) -> None:
        """Clear up, and see what is different: both outside of the budget, and bounded."""
        if inventory is None:
            return
        session, standing = self._session, list(self._ledger.standing())
        session.budget.close(CLOSING + CLOSING_EACH * len(standing))
        with session.engaged("clear"):
            try:
                if not self._passing:
                    self._clear(stage, verdict)
                balance = inventory.close()
            except (Unreachable, OutOfBudget):
                left = () if self._passing else self._ledger.standing()
                verdict.leftovers = [Clearing(stage).told(one) for one in left]
                return
        left_in_lists = [] if self._passing else balance.left
        verdict.leftovers += [one for one in left_in_lists if one not in verdict.leftovers]
        verdict.touched = balance.marked + (balance.missing if self._wish.alone else [])
        if balance.missing and not self._wish.alone:
            why = f"gone since the run began, by others or by it: {counted(balance.missing)}"
            verdict.unjudged.append(Unjudged("inventory", "things of others", why))

    def _clear(self, stage: Stage, verdict: Verdict) -> None:
        """Remove what was made. What nothing deletes is not looked for any more, neither here nor by a sweep."""
        verdict.leftovers = stage.clear_up()
        verdict.staying = lasting.left(stage, self._ledger.standing())
        for entry in list(self._ledger.standing()):
            if self._resources[entry.resource].first("delete") is None:
                self._ledger.tell_gone(entry)

    def _verdict(self) -> Verdict:
        wish, session = self._wish, self._session
        return Verdict(
            promise=wish.promise,
            address=wish.target.address,
            mode=wish.mode,
            seed=wish.seed,
            tag=self._ledger.tag,
            rules=dict(session.rules),
            findings=session.findings,
            coverage=session.coverage,
            engines=self._engines,
            thresholds=wish.thresholds,
            shard=wish.shard,
        )

    def _settle(self, verdict: Verdict) -> None:
        session = self._session
        session.coverage.excused |= lasting.excused(self._resources, self._wish.mode)
        wanted = session.credentials.wanted(self._wish.promise)
        if wanted and not all(one.name in session.credentials.arguments for one in wanted):
            session.coverage.excused.add(self._wish.promise.conventions["authorization"]["exchange"])
        verdict.requests, verdict.refused = session.exchanges, self._guard.refused.total()
        verdict.seconds = session.budget.elapsed
        verdict.breakdowns = list(session.breakdowns.values())
        for rule, name, variable in self._wish.credentials.missing(self._wish.promise.conventions):
            if rule in session.rules:
                verdict.unjudged.append(Unjudged(rule, name, f"{variable} is not set"))

    def _count(self, exchange: Exchange) -> None:
        self._engines[exchange.engine] += 1
        self._wish.seen(exchange)

    def _tell(self, engine: str) -> Callable[[int, int, str], None]:
        session = self._session

        def tell(done: int, total: int, at: str) -> None:
            self._wish.progress(Progress(engine, done, total, at, session.exchanges, len(session.findings)))

        return tell
