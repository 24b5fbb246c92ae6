"""The judge as a pytest suite: ``pytest contract_tests --api API --target URL``. One run per session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from contract_tests.curl import address_of
from contract_tests.invocation import Invocation, Job, Outcome, prepared
from contract_tests.limits import Limits
from contract_tests.reports.terminal import Screen
from contract_tests.reports.words import counted_as, outcome
from contract_tests.run import CouldNotRun
from contract_tests.verdict import COULD_NOT_RUN

#: Options that are passed on as they are.
PASSED_ON = (
    "report_dir", "seed", "mode", "own_system", "plan", "fuzz_time", "quick", "ca", "baseline", "update_baseline",
    "fail_under", "shard", "rules_dir", "database", "dialect",
)  # fmt: skip

JOB = pytest.StashKey[Job]()
OUTCOME = pytest.StashKey[Outcome]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `apitwin check`."""
    group = parser.getgroup("apitwin", "hold a deployment to the promise of an API; the credential is in APITWIN_TOKEN")
    group.addoption("--api", metavar="API", help="name of the API, as `apitwin list` shows it")
    group.addoption("--target", metavar="URL", help="address of the deployment")
    group.addoption("--report-dir", metavar="DIR", type=Path, help="folder of the reports; reports/API without it")
    group.addoption("--seed", metavar="N", type=int, help="same number, same requests; without one it is made up")
    group.addoption("--mode", metavar="MODE", help="read-only, additive or full")
    group.addoption("--i-own-this-system", dest="own_system", action="store_true", help="it may be harmed")
    group.addoption("--rate", metavar="N/UNIT", help="requests at most, such as 5/s or 300/m")
    group.addoption("--max-requests", metavar="N", type=int, help="requests in all; clearing up comes on top")
    group.addoption("--max-time", metavar="S", type=float, help="seconds in all; clearing up comes on top")
    group.addoption("--fuzz-time", metavar="S", type=float, help="seconds generating cases may take; 60 without it")
    group.addoption("--quick", action="store_true", help="leave out whatever is played or generated")
    group.addoption("--plan", metavar="FILE", type=Path, help="send only what this plan of `apitwin plan` has")
    group.addoption("--ca", metavar="FILE", type=Path, help="PEM file of the CA to trust, for HTTPS")
    # pytest has a --strict of its own
    group.addoption("--evidence", metavar="LEVEL", default="documented", help="least evidence that fails a run")
    group.addoption("--baseline", metavar="FILE", type=Path, help="known findings, which do not fail the run")
    group.addoption("--update-baseline", action="store_true", help="write what fails into the file of --baseline")
    group.addoption("--shard", metavar="K/N", default="1/1", help="judge part K of N")
    group.addoption("--database", metavar="NAME", help="what a run on a system of others may work in")
    group.addoption("--dialect", metavar="NAME", help="older age of the API to judge by")
    group.addoption("--rules-dir", metavar="DIR", type=Path, help="folder of own rules")
    for name, metavar, told in (
        ("--report", "NAME", "report to write; all without any"),
        ("--fail-under", "PERCENT", "least coverage: 90, or statuses=80, or parameters=95"),
    ):
        group.addoption(name, metavar=metavar, action="append", default=[], help=f"{told}; may be repeated")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """A run has no use for the workers of pytest-xdist: each would judge the target once more."""
    if config.getoption("target") and hasattr(config.option, "dist"):
        config.option.dist, config.option.tx, config.option.numprocesses = "no", [], None


def pytest_report_header(config: pytest.Config) -> str:
    """What is judged."""
    job = config.stash.get(JOB, None)
    if job is None:
        return ""
    return f"apitwin: {job.wish.promise.name} at {address_of(job.wish.target.address)}, seed {job.wish.seed}"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Look at the options before anything is collected; raises ``pytest.UsageError``."""
    config = session.config
    api, target = config.getoption("api"), config.getoption("target")
    if not api or not target:
        missing = "--target" if api else "--api"
        raise pytest.UsageError(f"{missing} is missing: pytest contract_tests --api API --target URL")
    asked = Invocation(
        api=api,
        target=target,
        environment=os.environ,
        reports=config.getoption("report"),
        strict=config.getoption("evidence"),
        limits=Limits(**{name: config.getoption(name) for name in ("rate", "max_requests", "max_time")}),
        **{name: config.getoption(name) for name in PASSED_ON},
    )
    try:
        config.stash[JOB] = prepared(asked)
    except CouldNotRun as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Judge the target before the first test, where progress can be shown; the tests tell what came of it."""
    config = session.config
    if config.option.collectonly or not session.items:
        return
    job = config.stash[JOB]
    try:
        console = Console(highlight=False, markup=False)
        with _uncaptured(config), Screen(console, job.mask) as screen:
            warn = partial(console.print, soft_wrap=True)
            config.stash[OUTCOME] = job.carry_out(screen.progress, warn)
    except CouldNotRun as error:
        pytest.exit(f"could not run: {error}", returncode=COULD_NOT_RUN)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The verdict in one line, and where the reports lie."""
    held = config.stash.get(OUTCOME, None)
    if held is None:
        return
    terminalreporter.section("apitwin")
    for file in held.files:
        terminalreporter.line(f"report: {file}")
    if held.report.skipped:
        terminalreporter.line(f"{counted_as(len(held.report.skipped), 'rule')} not judged; the report says why")
    terminalreporter.line(outcome(held.report))


@contextmanager
def _uncaptured(config: pytest.Config) -> Iterator[None]:
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
    else:
        with capture.global_and_fixture_disabled():
            yield
