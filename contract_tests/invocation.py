"""A run as it is asked for from outside: by names, addresses and files; and the reports it leaves."""

from __future__ import annotations

import difflib
import ssl
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from apitwin.data import api_names, specs_dir
from apitwin.data.names import nearest
from contract_tests import lasting, run
from contract_tests.asking import baseline_of, kinds_of, make_writable, own_rules_of, readable, writing
from contract_tests.baseline import Known
from contract_tests.credentials import FROM_ENVIRONMENT, ROLE_PREFIX, Credentials, from_environment
from contract_tests.curl import address_of
from contract_tests.dialect import in_dialect
from contract_tests.evidence import Evidence, Severity, level
from contract_tests.ledger import LedgerError, read_ledger
from contract_tests.limits import FUZZ_TIME, Limits, mode_of, seed_of
from contract_tests.masking import Mask, mask_for
from contract_tests.modes import Mode
from contract_tests.plan import Plan, plan_of
from contract_tests.promise import Promise, PromiseError, load
from contract_tests.recognition import is_twin
from contract_tests.reports.har import Recorder
from contract_tests.reports.kinds import KINDS, write
from contract_tests.reports.text import line, plain
from contract_tests.reports.view import Report, key_of, report_of
from contract_tests.resources import resources_of
from contract_tests.run import CouldNotRun, Wish
from contract_tests.sharding import WHOLE, Shard, shard_of
from contract_tests.stopping import Stopped
from contract_tests.targets import HttpTarget, Unreachable
from contract_tests.thresholds import thresholds_of
from contract_tests.verdict import Verdict

LEDGER, TRACEBACK = "ledger.jsonl", "traceback.txt"


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What was asked for. ``fuzz_time`` is in seconds, ``ca`` a PEM file, ``environment`` has the credentials.

    ``quick`` leaves out whatever is played or generated.
    Without a ``mode`` a twin is judged in full, any other target with additions only; without a ``seed`` one is made
    up. ``own_system`` says that nobody else is at work on the target. ``limits`` bound what is sent, ``plan`` names it.
    ``database`` is what the run may work in, ``dialect`` the age of the API it is held to.
    ``strict``, ``fail_under``, ``shard`` and ``reports`` are as they were typed. Waivers expire against ``today``.
    """

    api: str
    target: str
    environment: Mapping[str, str]
    report_dir: Path | None = None
    seed: int | None = None
    fuzz_time: float | None = None
    quick: bool = False
    mode: str | None = None
    own_system: bool = False
    limits: Limits = field(default_factory=Limits)
    plan: Path | None = None
    ca: Path | None = None
    reports: Sequence[str] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    strict: str = Evidence.DOCUMENTED.word
    fail_under: Sequence[str] = ()
    shard: str = str(WHOLE)
    database: str | None = None
    dialect: str | None = None
    rules_dir: Path | None = None
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def folder(self) -> Path:
        """Where the reports go."""
        return self.report_dir or folder_of(self.api)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a run; the page for people is the first of the files."""

    verdict: Verdict
    report: Report
    files: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run that can begin: its wish, the mask of all it says, its baseline, and which reports go into which folder."""

    wish: Wish
    mask: Mask
    folder: Path
    mode: Mode | None = None
    kinds: tuple[str, ...] = KINDS
    known: Known | None = None

    @property
    def ledger(self) -> Path:
        """The file that names what the run makes."""
        return self.folder / LEDGER

    def carry_out(
        self, progress: Callable[[run.Progress], None], warn: Callable[[str], None] = lambda text: None
    ) -> Outcome:
        """Judge the target and write the reports. ``warn`` is told before it begins what will stay for ever.

        Raises ``CouldNotRun`` with one line that may be shown, and ``Stopped``.
        """
        recorder = Recorder(self.mask, address=self.wish.target.address) if "har" in self.kinds else None
        seen = recorder.note if recorder else self.wish.seen
        try:
            wish = replace(self._placed(), progress=progress, seen=seen)
            if text := self._warning(wish):
                warn(text)
            verdict = run.run(wish)
        except (CouldNotRun, LedgerError, PromiseError, Unreachable) as error:
            raise CouldNotRun(line(self.mask(str(error)))) from None
        except Stopped:
            raise
        except Exception as error:
            raise CouldNotRun(self._fault(error)) from None
        finally:
            self.wish.target.close()
        with writing():
            self._keep([one.trace for one in verdict.breakdowns])
            self._hold(verdict)
            report = report_of(verdict, self.mask)
            files = [*write(report, self.folder, self.kinds), *([recorder.write(self.folder)] if recorder else [])]
        return Outcome(verdict=verdict, report=report, files=tuple(files))

    def _placed(self) -> Wish:
        """The wish with how far the run may go, and where: in a full run a twin that was recognised is left as it is.

        What keeps to a plan does on a twin what it would do anywhere. Raises ``CouldNotRun``, ``Unreachable``.
        """
        wish = replace(self.wish, mode=self._mode())
        twin = wish.mode is Mode.FULL and not wish.alone and isinstance(wish.target, HttpTarget)
        return replace(wish, fork=twin, sparing=not twin or wish.allowance is not None)

    def _mode(self) -> Mode:
        """How far the run may go: only a twin is asked what it is. Raises ``CouldNotRun``, ``Unreachable``."""
        target, api = self.wish.target, self.wish.promise.name
        if self.mode is not None and (self.mode is not Mode.FULL or self.wish.alone):
            return self.mode
        if not isinstance(target, HttpTarget) or is_twin(target, api):
            return Mode.FULL
        if self.mode is Mode.FULL:
            raise CouldNotRun(
                f"--mode full is for twins on this machine; {target.address} is none. "
                "If the system is yours alone, and everything on it may be lost, add --i-own-this-system"
            )
        return Mode.ADDITIVE

    def _fault(self, error: Exception) -> str:
        """A fault of the judge says nothing about the target; where it happened is kept in a file."""
        self._keep(["".join(traceback.format_exception(error))])
        path = self.folder / TRACEBACK
        return line(self.mask(f"the judge itself failed, see {path} ({type(error).__name__}: {error})"))

    def _keep(self, traces: list[str]) -> None:
        """Traces of this run, and none of an earlier one."""
        path = self.folder / TRACEBACK
        if traces:
            path.write_text(plain(self.mask("\n".join(traces))), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)

    def _hold(self, verdict: Verdict) -> None:
        """Mark what the baseline knows. A run that was cut short, or in which a rule broke down, does not tell what is
        mended: it updates nothing."""
        if self.known is None:
            return
        known = replace(self.known, update=self.known.update and verdict.whole)
        by_key = {key_of(one, self.mask): one for one in verdict.findings}
        failing = [key for key, one in by_key.items() if one.severity is Severity.ERROR]
        held = known.hold(by_key, failing=failing)
        verdict.waivers = held.waivers
        for key, finding in by_key.items():
            finding.waived = held.waived.get(key, "")

    def _warning(self, wish: Wish) -> str:
        return "" if wish.fork else lasting.told(resources_of(wish.promise), wish.mode, wish.leased)

    def standing(self) -> int:
        """How many things the ledger knows that are not known to be gone again."""
        try:
            return sum(1 for _ in read_ledger(self.ledger).standing())
        except LedgerError:
            return 0


def prepared(asked: Invocation) -> Job:
    """Look at everything that can be wrong before the first request; raises ``CouldNotRun`` with one line."""
    promise = promise_of(asked.api, asked.dialect)
    leased = leased_of(promise, asked.database)
    shard = readable("--shard", asked.shard, shard_of)
    _check_parts(asked, shard)
    kinds = kinds_of(asked.reports)
    strict = readable("--strict", asked.strict, level)
    thresholds = readable("--fail-under", asked.fail_under, thresholds_of)
    known = baseline_of(asked.baseline, api=asked.api, update=asked.update_baseline, today=asked.today)
    own = own_rules_of(asked.rules_dir, promise)
    planned = _planned(asked)
    asked.limits.budget()
    credentials = credentials_of(promise, asked.environment)
    target = target_of(asked.target, asked.ca, promise)
    make_writable(asked.folder)
    ledger = asked.folder / LEDGER
    _put_aside(ledger)
    wish = Wish(
        promise=promise,
        target=target,
        credentials=credentials,
        alone=asked.own_system,
        budget=asked.limits.budget,
        allowance=planned.keeper() if planned else None,
        seed=planned.seed if planned else seed_of(asked.seed, shard, asked.environment),
        seconds=planned.fuzz_time if planned else _fuzz_time(asked),
        ledger=ledger,
        shard=shard,
        leased=leased,
        strict=strict,
        thresholds=thresholds,
        own=own,
    )
    mask = mask_for(promise, credentials)
    mode = planned.mode if planned else mode_of(asked.mode)
    return Job(wish=wish, mask=mask, mode=mode, folder=asked.folder, kinds=kinds, known=known)


def _fuzz_time(asked: Invocation) -> float:
    """Seconds for what is played or generated; raises ``CouldNotRun``."""
    if asked.quick and asked.fuzz_time:
        raise CouldNotRun(f"--quick leaves generated cases out; --fuzz-time {asked.fuzz_time:g} wants some")
    if asked.quick:
        return 0.0
    return FUZZ_TIME if asked.fuzz_time is None else asked.fuzz_time


def _check_parts(asked: Invocation, shard: Shard) -> None:
    """What a part of a run cannot tell is asked of all parts together."""
    for option, given in (("--fail-under", asked.fail_under), ("--update-baseline", asked.update_baseline)):
        if given and not shard.whole:
            raise CouldNotRun(f"{option} needs a whole run: give it to `apitwin merge`, not to shard {shard}")


def folder_of(api: str) -> Path:
    """Where the reports of an API go unless another folder is asked for."""
    return Path("reports", api)


def leased_of(promise: Promise, database: str | None) -> dict[str, str]:
    """What the run may work in, by resource; raises ``CouldNotRun`` where the API has nothing of the kind."""
    if database is None:
        return {}
    if promise.conventions.get("lease") != "database":
        raise CouldNotRun(f"--database is not for {promise.name}: what is made there can be removed again")
    return {"database": database}


def promise_of(api: str, dialect: str | None = None) -> Promise:
    """The promise of an API, in one of its dialects; raises ``CouldNotRun`` naming the nearest one."""
    known = api_names()
    if api not in known:
        near = difflib.get_close_matches(api, known, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
        raise CouldNotRun(f"unknown API {api!r}{hint}")
    try:
        promise = load(specs_dir() / api)
    except PromiseError as error:
        raise CouldNotRun(str(error)) from error
    return promise if dialect is None else readable("--dialect", dialect, partial(in_dialect, promise))


def credentials_of(promise: Promise, environment: Mapping[str, str]) -> Credentials:
    """The credentials the environment has; raises ``CouldNotRun``."""
    place = promise.conventions.get("credential", {})
    for name, value in environment.items():
        if name.startswith(("APITWIN_TOKEN", *FROM_ENVIRONMENT.values())) and not value.isprintable():
            raise CouldNotRun(f"{name} holds a line break or another character that no request can carry")
    wanted = Credentials.wanted(promise)
    credentials = from_environment(environment, listed=place.get("wrong", ()), wanted=wanted)
    known = promise.conventions.get("roles", {})
    for role in (one.removeprefix("role:") for one in credentials.roles() if known):
        if role not in known:
            raise CouldNotRun(f"{ROLE_PREFIX}{role.upper()}: {promise.name} has no such role{nearest(role, known)}")
    if credentials.get("valid") is None:
        what = f"the value of {place.get('name')}" if place else "the credential"
        raise CouldNotRun(f"APITWIN_TOKEN is not set; give it {what} that the target accepts, scheme word included")
    return credentials


def target_of(address: str, ca: Path | None, promise: Promise) -> HttpTarget:
    """The target; a user and password in its address are of no use and are left out, and so is the base path of the
    API, which every request has anyway. Raises ``CouldNotRun``."""
    plain = address_of(address).rstrip("/")
    try:
        return HttpTarget(plain.removesuffix(promise.base), ca=str(ca) if ca else None)
    except Unreachable as error:
        raise CouldNotRun(f"--target {error}") from error
    except (OSError, ssl.SSLError) as error:
        raise CouldNotRun(f"--ca {ca}: {error.strerror or error}") from error


def _planned(asked: Invocation) -> Plan | None:
    """The plan to keep to; raises ``CouldNotRun`` when it is for something else than was asked."""
    if asked.plan is None:
        return None
    plan = readable("--plan", asked.plan, plan_of)
    given = {"API": asked.api, "--target": address_of(asked.target), "--mode": asked.mode, "--seed": asked.seed}
    told = {"API": plan.api, "--target": plan.target, "--mode": str(plan.mode), "--seed": plan.seed}
    for name, value in given.items():
        if value is not None and value != told[name]:
            raise CouldNotRun(f"--plan {asked.plan} is for {name} {told[name]}, not {value}")
    free_of = {
        "--fuzz-time": asked.fuzz_time is None,
        "--quick": not asked.quick,
        "--shard": asked.shard == str(WHOLE),
    }
    for name, free in free_of.items():
        if not free:
            raise CouldNotRun(f"{name} does not go with --plan: the plan says what is sent")
    return plan


def _put_aside(ledger: Path) -> None:
    """Keep the ledger of an earlier run that has left something; one without leftovers is of no use any more."""
    if not ledger.exists():
        return
    try:
        left = read_ledger(ledger)
        clean = not left.worlds and not any(left.standing())
    except LedgerError:
        clean = False
    if clean:
        ledger.unlink()
        return
    number = 1
    while (kept := ledger.with_name(f"{ledger.stem}.{number}{ledger.suffix}")).exists():
        number += 1
    ledger.rename(kept)
