"""A run as it is asked for from outside: by names, addresses and files; and the reports it leaves."""

from __future__ import annotations

import difflib
import ssl
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from apitwin.data import api_names, specs_dir
from contract_tests import run
from contract_tests.credentials import Credentials, from_environment
from contract_tests.curl import address_of
from contract_tests.ledger import LedgerError, read_ledger
from contract_tests.masking import Mask, mask_for
from contract_tests.promise import Promise, PromiseError, load
from contract_tests.reports import html, json, junit
from contract_tests.reports.text import line, plain
from contract_tests.reports.view import Report, report_of
from contract_tests.run import CouldNotRun, Wish
from contract_tests.targets import HttpTarget, Unreachable
from contract_tests.verdict import Verdict

LEDGER, TRACEBACK = "ledger.jsonl", "traceback.txt"
#: Seconds that generating cases may take.
MAX_TIME = 60.0


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What was asked for. ``max_time`` is in seconds, ``ca`` a PEM file, ``environment`` has the credentials."""

    api: str
    target: str
    environment: Mapping[str, str]
    report_dir: Path | None = None
    seed: int = 0
    max_time: float = MAX_TIME
    ca: Path | None = None

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
    """A run that can begin: its wish, the mask of all it says, and the folder of its reports."""

    wish: Wish
    mask: Mask
    folder: Path

    @property
    def ledger(self) -> Path:
        """The file that names what the run makes."""
        return self.folder / LEDGER

    def carry_out(self, progress: Callable[[run.Progress], None]) -> Outcome:
        """Judge the target and write the reports; raises ``CouldNotRun`` with one line that may be shown."""
        try:
            verdict = run.run(replace(self.wish, progress=progress))
        except (CouldNotRun, LedgerError, PromiseError) as error:
            raise CouldNotRun(line(self.mask(str(error)))) from None
        except Exception as error:
            raise CouldNotRun(self._fault(error)) from None
        finally:
            self.wish.target.close()
        report = report_of(verdict, self.mask)
        return Outcome(verdict=verdict, report=report, files=written(report, self.folder))

    def _fault(self, error: Exception) -> str:
        """A fault of the judge says nothing about the target; where it happened is kept in a file."""
        path = self.folder / TRACEBACK
        path.write_text(plain(self.mask("".join(traceback.format_exception(error)))), encoding="utf-8")
        return line(self.mask(f"the judge itself failed, see {path} ({type(error).__name__}: {error})"))

    def standing(self) -> int:
        """How many things the ledger knows that are not known to be gone again."""
        try:
            return sum(1 for _ in read_ledger(self.ledger).standing())
        except LedgerError:
            return 0


def prepared(asked: Invocation) -> Job:
    """Look at everything that can be wrong before the first request; raises ``CouldNotRun`` with one line."""
    promise = promise_of(asked.api)
    credentials = _credentials(promise, asked.environment)
    target = _target(asked)
    _make_writable(asked.folder)
    ledger = asked.folder / LEDGER
    _put_aside(ledger)
    wish = Wish(
        promise=promise,
        target=target,
        credentials=credentials,
        seed=asked.seed,
        seconds=asked.max_time,
        ledger=ledger,
    )
    return Job(wish=wish, mask=mask_for(promise, credentials), folder=asked.folder)


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


def written(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write every report; raises ``CouldNotRun`` when a file cannot be written."""
    try:
        return tuple(module.write(report, folder) for module in (html, junit, json))
    except OSError as error:
        raise CouldNotRun(f"the report cannot be written: {error.filename}: {error.strerror}") from error


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


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CouldNotRun(f"--report-dir {folder}: {error.strerror}") from error


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
