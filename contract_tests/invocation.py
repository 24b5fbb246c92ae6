"""A run as it is asked for from outside: by names, addresses and files; and the reports it leaves."""

from __future__ import annotations

import difflib
import ssl
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from apitwin.data import api_names, specs_dir
from contract_tests import run
from contract_tests.asking import baseline_of, kinds_of, make_writable, own_rules_of, readable, writing
from contract_tests.baseline import Known
from contract_tests.credentials import Credentials, from_environment
from contract_tests.curl import address_of
from contract_tests.evidence import Evidence, Severity, level
from contract_tests.ledger import LedgerError, read_ledger
from contract_tests.masking import Mask, mask_for
from contract_tests.promise import Promise, PromiseError, load
from contract_tests.reports.har import Recorder
from contract_tests.reports.kinds import KINDS, write
from contract_tests.reports.text import line, plain
from contract_tests.reports.view import Report, key_of, report_of
from contract_tests.run import CouldNotRun, Wish
from contract_tests.sharding import WHOLE, Shard, shard_of
from contract_tests.targets import HttpTarget, Unreachable
from contract_tests.thresholds import thresholds_of
from contract_tests.verdict import Verdict

LEDGER, TRACEBACK = "ledger.jsonl", "traceback.txt"
#: Seconds that generating cases may take.
MAX_TIME = 60.0


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What was asked for. ``max_time`` is in seconds, ``ca`` a PEM file, ``environment`` has the credentials.

    ``strict``, ``fail_under``, ``shard`` and ``reports`` are as they were typed. Waivers expire against ``today``.
    """

    api: str
    target: str
    environment: Mapping[str, str]
    report_dir: Path | None = None
    seed: int = 0
    max_time: float = MAX_TIME
    ca: Path | None = None
    reports: Sequence[str] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    strict: str = Evidence.DOCUMENTED.word
    fail_under: Sequence[str] = ()
    shard: str = str(WHOLE)
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
    kinds: tuple[str, ...] = KINDS
    known: Known | None = None

    @property
    def ledger(self) -> Path:
        """The file that names what the run makes."""
        return self.folder / LEDGER

    def carry_out(self, progress: Callable[[run.Progress], None]) -> Outcome:
        """Judge the target and write the reports; raises ``CouldNotRun`` with one line that may be shown."""
        recorder = Recorder(self.mask, address=self.wish.target.address) if "har" in self.kinds else None
        seen = recorder.note if recorder else self.wish.seen
        try:
            verdict = run.run(replace(self.wish, progress=progress, seen=seen))
        except (CouldNotRun, LedgerError, PromiseError) as error:
            raise CouldNotRun(line(self.mask(str(error)))) from None
        except Exception as error:
            raise CouldNotRun(self._fault(error)) from None
        finally:
            self.wish.target.close()
        with writing():
            self._hold(verdict)
            report = report_of(verdict, self.mask)
            files = [*write(report, self.folder, self.kinds), *([recorder.write(self.folder)] if recorder else [])]
        return Outcome(verdict=verdict, report=report, files=tuple(files))

    def _fault(self, error: Exception) -> str:
        """A fault of the judge says nothing about the target; where it happened is kept in a file."""
        path = self.folder / TRACEBACK
        path.write_text(plain(self.mask("".join(traceback.format_exception(error)))), encoding="utf-8")
        return line(self.mask(f"the judge itself failed, see {path} ({type(error).__name__}: {error})"))

    def _hold(self, verdict: Verdict) -> None:
        """Mark what the baseline knows. A run that was cut short does not tell what is mended: it updates nothing."""
        if self.known is None:
            return
        known = replace(self.known, update=self.known.update and not verdict.stopped)
        by_key = {key_of(one, self.mask): one for one in verdict.findings}
        failing = [key for key, one in by_key.items() if one.severity is Severity.ERROR]
        held = known.hold(by_key, failing=failing)
        verdict.waivers = held.waivers
        for key, finding in by_key.items():
            finding.waived = held.waived.get(key, "")

    def standing(self) -> int:
        """How many things the ledger knows that are not known to be gone again."""
        try:
            return sum(1 for _ in read_ledger(self.ledger).standing())
        except LedgerError:
            return 0


def prepared(asked: Invocation) -> Job:
    """Look at everything that can be wrong before the first request; raises ``CouldNotRun`` with one line."""
    promise = promise_of(asked.api)
    shard = readable("--shard", asked.shard, shard_of)
    _check_parts(asked, shard)
    kinds = kinds_of(asked.reports)
    strict = readable("--strict", asked.strict, level)
    thresholds = readable("--fail-under", asked.fail_under, thresholds_of)
    known = baseline_of(asked.baseline, api=asked.api, update=asked.update_baseline, today=asked.today)
    own = own_rules_of(asked.rules_dir, promise)
    credentials = _credentials(promise, asked.environment)
    target = _target(asked)
    make_writable(asked.folder)
    ledger = asked.folder / LEDGER
    _put_aside(ledger)
    wish = Wish(
        promise=promise,
        target=target,
        credentials=credentials,
        seed=asked.seed,
        seconds=asked.max_time,
        ledger=ledger,
        shard=shard,
        strict=strict,
        thresholds=thresholds,
        own=own,
    )
    mask = mask_for(promise, credentials)
    return Job(wish=wish, mask=mask, folder=asked.folder, kinds=kinds, known=known)


def _check_parts(asked: Invocation, shard: Shard) -> None:
    """What a part of a run cannot tell is asked of all parts together."""
    for option, given in (("--fail-under", asked.fail_under), ("--update-baseline", asked.update_baseline)):
        if given and not shard.whole:
            raise CouldNotRun(f"{option} needs a whole run: give it to `apitwin merge`, not to shard {shard}")


def folder_of(api: str) -> Path:
    """Where the reports of an API go unless another folder is asked for."""
    return Path("reports", api)


def promise_of(api: str) -> Promise:
    """The promise of an API; raises ``CouldNotRun`` naming the nearest one."""
    known = api_names()
    if api not in known:
        near = difflib.get_close_matches(api, known, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
        raise CouldNotRun(f"unknown API {api!r}{hint}")
    try:
        return load(specs_dir() / api)
    except PromiseError as error:
        raise CouldNotRun(str(error)) from error


def _credentials(promise: Promise, environment: Mapping[str, str]) -> Credentials:
    place = promise.conventions.get("credential", {})
    for name, value in environment.items():
        if name.startswith("APITWIN_") and name.endswith("_TOKEN") and not value.isprintable():
            raise CouldNotRun(f"{name} holds a line break or another character that no request can carry")
    credentials = from_environment(environment)
    if credentials.get("valid") is None:
        what = f"the value of {place.get('name')}" if place else "the credential"
        raise CouldNotRun(f"APITWIN_TOKEN is not set; give it {what} that the target accepts, scheme word included")
    return credentials


def _target(asked: Invocation) -> HttpTarget:
    """The target; a user and password in its address are of no use and are left out."""
    try:
        return HttpTarget(address_of(asked.target), ca=str(asked.ca) if asked.ca else None)
    except Unreachable as error:
        raise CouldNotRun(f"--target {error}") from error
    except (OSError, ssl.SSLError) as error:
        raise CouldNotRun(f"--ca {asked.ca}: {error.strerror or error}") from error


def _put_aside(ledger: Path) -> None:
    """Keep the ledger of an earlier run that has left something; one without leftovers is of no use any more."""
    if not ledger.exists():
        return
    try:
        clean = not any(read_ledger(ledger).standing())
    except LedgerError:
        clean = False
    if clean:
        ledger.unlink()
        return
    number = 1
    while (kept := ledger.with_name(f"{ledger.stem}.{number}{ledger.suffix}")).exists():
        number += 1
    ledger.rename(kept)
