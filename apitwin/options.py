"""Options of the verbs: what each is called, how it is read, and what `--help` says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers within bounds."""
    allowed = f"a whole number, {least} or more" if most is None else f"a whole number from {least} to {most}"

    def read(given: str | int) -> int:
        text = str(given)  # typer has defaults read, too
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= (int(text) if most is None else most):
            raise typer.BadParameter(f"{text!r} is not {allowed}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """A reader of a time in seconds."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise typer.BadParameter(f"{text!r} is not a number of seconds, 0 or more")
    return value


Api = Annotated[str, typer.Argument(metavar="API")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
ControlToken = Annotated[
    str | None,
    typer.Option(
        envvar="APITWIN_CONTROL_TOKEN",
        show_envvar=True,
        metavar="T",
        help="Secret of the control plane; without one it answers this machine only.",
    ),
]
State = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Database that keeps the state, such as sqlite:///twin.db; in memory without."),
]
Workers = Annotated[
    int, typer.Option(parser=whole(1, 64), metavar="N", help="Processes that answer; more than one need --state.")
]

Target = Annotated[str, typer.Option(metavar="URL", help="Address of the deployment.")]
ReportDir = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the reports; reports/API without it.")]
Seed = Annotated[
    int | None,
    typer.Option(parser=whole(0), metavar="N", help="Same number, same requests; without one it is made up."),
]
FuzzTime = Annotated[
    float | None,
    typer.Option(parser=seconds, metavar="S", help="Seconds that generating cases may take; 60 without it."),
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Leave out whatever is played or generated: the walk alone, in seconds.")
]
ModeName = Annotated[
    str | None,
    typer.Option(
        "--mode", metavar="MODE", help="read-only, additive or full; without it full on a twin, additive elsewhere."
    ),
]
OwnSystem = Annotated[
    bool, typer.Option("--i-own-this-system", help="Nobody else is at work on the target, and it may be harmed.")
]
Rate = Annotated[str | None, typer.Option(metavar="N/UNIT", help="Requests at most, such as 5/s or 300/m.")]
MaxRequests = Annotated[
    int | None, typer.Option(parser=whole(1), metavar="N", help="Requests in all; clearing up comes on top.")
]
MaxTime = Annotated[
    float | None, typer.Option(parser=seconds, metavar="S", help="Seconds in all; clearing up comes on top.")
]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="Send only what this plan of `apitwin plan` has.")
]
Authority = Annotated[Path | None, typer.Option(metavar="FILE", help="PEM file of the CA to trust, for HTTPS.")]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="NAME",
        help="Report to write: html, junit, json, sarif, markdown or har; all without any. May be repeated.",
    ),
]
BaselineFile = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="Known findings, which do not fail the run.")
]
UpdateBaseline = Annotated[
    bool, typer.Option("--update-baseline", help="Write what fails into the file of --baseline; reasons are kept.")
]
Strict = Annotated[
    str, typer.Option(metavar="LEVEL", help="Least evidence that fails a run: documented, client or assumed.")
]
FailUnder = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PERCENT",
        help="Least coverage: 90, or statuses=80, or parameters=95. May be repeated.",
    ),
]
Matrix = Annotated[bool, typer.Option("--matrix", help="Print how often each operation answered what.")]
ShardOf = Annotated[
    str, typer.Option("--shard", metavar="K/N", help="Judge part K of N; `apitwin merge` puts their reports together.")
]
DatabaseName = Annotated[
    str | None,
    typer.Option("--database", metavar="NAME", help="Database to work in, where one that is made cannot be removed."),
]
Dialect = Annotated[
    str | None, typer.Option("--dialect", metavar="NAME", help="Older age of the API to judge by, such as seed-002.")
]
RulesDir = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of own rules: rules.yaml and Python files.")]
