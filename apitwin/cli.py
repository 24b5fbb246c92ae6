"""The `apitwin` command: one function per verb. What a verb needs is imported when it runs, so that help is quick."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from apitwin import __version__, options
from apitwin.failure import Failed, leave

app = typer.Typer(
    name="apitwin",
    help="Stateful twins of real HTTP APIs, and the contract tests that keep them honest.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: What typer raises for a wrong command line. Its own name for the class is not public, and older ones use click's.
WrongUse: Any = typer.BadParameter.__base__


def main() -> None:
    """Run the command; a verb that cannot do its work says so in one line and exits with 2."""
    hide_warnings()
    try:
        code = app(prog_name="apitwin", standalone_mode=False)
    except Failed as failure:
        leave(failure)
    except WrongUse as error:
        message, verb = error.format_message(), error.ctx.command_path if error.ctx else "apitwin"
        leave(Failed(f"{message}{'' if message.endswith(('.', '?')) else '.'} See {verb} --help"))
    except typer.Abort:
        leave(Failed("given up"))
    raise SystemExit(code)


def hide_warnings() -> None:
    """Warnings of libraries are for developers (python -W shows them); server processes inherit the option."""
    if not sys.warnoptions:
        sys.warnoptions.append("ignore")
        warnings.simplefilter("ignore")


def _version(asked: bool) -> None:
    if asked:
        print(f"apitwin {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _common(
    context: typer.Context,
    _asked_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(2)


@app.command("list")
def _list(as_json: options.Json = False) -> None:
    """The APIs: operations, versions, and how well they are known."""
    from apitwin.list import list_apis

    list_apis(as_json=as_json)


@app.command("serve")
def _serve(
    apis: Annotated[
        list[str] | None, typer.Argument(metavar="[API]...", help="APIs to serve; all without any.")
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(parser=options.whole(0, 65535), metavar="P", help="Port to listen on; 0 takes a free one.")
    ] = 8080,
    seed: Annotated[
        str, typer.Option(metavar="NAME", help="State to start in, such as empty, baseline or large:42.")
    ] = "baseline",
    state: options.State = None,
    workers: options.Workers = 1,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting (key, or api.key); may be repeated."),
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address that clients use; the OpenAPI documents name it.")
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve HTTPS with a throw-away certificate; shows its CA.")
    ] = False,
    cert: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM certificate to serve HTTPS with.")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key of --cert.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Start again when specs, seeds or code change.")] = False,
    control_token: options.ControlToken = None,
    lane: Annotated[
        bool, typer.Option("--lane/--no-lane", help="Answer right requests fast; off: connexion answers them all.")
    ] = True,
) -> None:
    """Serve twins of APIs until Ctrl-C."""
    from apitwin.serve import Wish, serve

    serve(
        Wish(
            apis=apis or (),
            host=host,
            port=port,
            seed=seed,
            settings=settings or (),
            public_url=public_url,
            tls=tls,
            cert=cert,
            key=key,
            watch=watch,
            control_token=control_token,
            lane=lane,
            state=state,
            workers=workers,
        )
    )


@app.command("check")
def _check(
    api: options.Api,
    target: options.Target,
    report_dir: options.ReportDir = None,
    report: options.Reports = None,
    seed: options.Seed = None,
    mode: options.ModeName = None,
    own_system: options.OwnSystem = False,
    rate: options.Rate = None,
    max_requests: options.MaxRequests = None,
    max_time: options.MaxTime = None,
    fuzz_time: options.FuzzTime = None,
    quick: options.Quick = False,
    plan: options.PlanFile = None,
    ca: options.Authority = None,
    strict: options.Strict = "documented",
    baseline: options.BaselineFile = None,
    update_baseline: options.UpdateBaseline = False,
    fail_under: options.FailUnder = None,
    matrix: options.Matrix = False,
    shard: options.ShardOf = "1/1",
    database: options.DatabaseName = None,
    dialect: options.Dialect = None,
    rules_dir: options.RulesDir = None,
) -> None:
    """Hold a deployment to the promise of an API. Exits with 1 when it does not conform.

    The credential is read from APITWIN_TOKEN: the value of the API's credential header, such as "Bearer ...".
    APITWIN_EXPIRED_TOKEN and APITWIN_DISABLED_TOKEN, when set, are tried too and must be refused, and so is
    APITWIN_TOKEN_ROLE, the credential of a role, where that role has no business.
    """
    from apitwin.check import check
    from contract_tests.invocation import Invocation
    from contract_tests.limits import Limits

    asked = Invocation(
        api=api,
        target=target,
        environment=os.environ,
        report_dir=report_dir,
        reports=report or (),
        seed=seed,
        fuzz_time=fuzz_time,
        quick=quick,
        mode=mode,
        own_system=own_system,
        limits=Limits(rate=rate, max_requests=max_requests, max_time=max_time),
        plan=plan,
        ca=ca,
        strict=strict,
        baseline=baseline,
        update_baseline=update_baseline,
        fail_under=fail_under or (),
        shard=shard,
        database=database,
        dialect=dialect,
        rules_dir=rules_dir,
    )
    raise typer.Exit(check(asked, matrix=matrix))


@app.command("merge")
def _merge(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT", help="report.json of each part, or its folder.")],
    report_dir: options.ReportDir = None,
    report: options.Reports = None,
    baseline: options.BaselineFile = None,
    update_baseline: options.UpdateBaseline = False,
    fail_under: options.FailUnder = None,
    matrix: options.Matrix = False,
) -> None:
    """Put together what `apitwin check --shard` found in parts. Exits as a check of the whole does."""
    from apitwin.merge import Wish, merge

    wish = Wish(
        files=reports,
        report_dir=report_dir,
        reports=report or (),
        baseline=baseline,
        update_baseline=update_baseline,
        fail_under=fail_under or (),
        matrix=matrix,
    )
    raise typer.Exit(merge(wish))


@app.command("rules")
def _rules(
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help="Rule to explain; all are listed without.")] = None,
    rules_dir: options.RulesDir = None,
    as_json: options.Json = False,
) -> None:
    """What the judge demands, and why."""
    from apitwin.rules import rules

    rules(rule, folder=rules_dir, as_json=as_json)


@app.command("score")
def _score(
    api: options.Api,
    faults: Annotated[
        list[str] | None, typer.Argument(metavar="[FAULT]...", help="Faults or families of faults; all without any.")
    ] = None,
    fail_under: Annotated[
        int, typer.Option(parser=options.whole(0, 100), metavar="PERCENT", help="Least share that must be killed.")
    ] = 100,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only the rules that must see a fault, where they provoke it themselves.")
    ] = False,
    mode: Annotated[
        str | None,
        typer.Option(metavar="MODE", help="read-only, additive or full; as far as the API needs without it."),
    ] = None,
    seed: Annotated[int, typer.Option(parser=options.whole(0), metavar="N", help="Same number, same requests.")] = 0,
    jobs: Annotated[
        int | None,
        typer.Option(parser=options.whole(1, 64), metavar="N", help="Processes; as many as processors without it."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="File for all figures.")] = None,
) -> None:
    """Measure the judge: how many twins with a planted fault it sees through. Exits with 1 when too many survive."""
    from apitwin.score import Wish, score

    wish = Wish(
        api=api,
        names=faults or (),
        mode=mode,
        quick=quick,
        seed=seed,
        jobs=jobs,
        fail_under=fail_under,
        output=output,
    )
    raise typer.Exit(score(wish))


@app.command("plan")
def _plan(
    api: options.Api,
    target: options.Target,
    mode: Annotated[str, typer.Option(metavar="MODE", help="read-only, additive or full.")] = "additive",
    seed: options.Seed = None,
    rate: options.Rate = None,
    fuzz_time: options.FuzzTime = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="File for `apitwin check --plan`.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what a check would send to a target, without sending it anything."""
    from apitwin.plan import Wish, plan

    plan(
        Wish(
            api=api,
            target=target,
            mode=mode,
            environment=os.environ,
            seed=seed,
            rate=rate,
            fuzz_time=fuzz_time,
            output=output,
            as_json=as_json,
        )
    )


@app.command("sweep")
def _sweep(
    ledger: Annotated[Path, typer.Argument(metavar="LEDGER", help="ledger.jsonl of the run.")],
    target: options.Target,
    moved: Annotated[bool, typer.Option("--moved", help="The same system has another address now.")] = False,
    rate: options.Rate = None,
    ca: options.Authority = None,
) -> None:
    """Remove what a run that was killed has left on its target. Exits with 1 when something would not go.

    The credential is read from APITWIN_TOKEN.
    """
    from apitwin.sweep import Wish, sweep

    wish = Wish(ledger=ledger, target=target, environment=os.environ, moved=moved, rate=rate, ca=ca)
    raise typer.Exit(sweep(wish))


@app.command("coverage")
def _coverage(api: options.Api, as_json: options.Json = False) -> None:
    """Operations done and not done, and how each is known. Exits with 1 when one is not done."""
    from apitwin.coverage import coverage

    if not coverage(api, as_json=as_json):
        raise typer.Exit(1)


@app.command("token")
def _token(
    api: options.Api,
    user: Annotated[str | None, typer.Option(metavar="U", help="User the token belongs to.")] = None,
    name: Annotated[str | None, typer.Option(metavar="N", help="Name of a new JWT.")] = None,
    minutes: Annotated[
        int | None, typer.Option(parser=options.whole(0), metavar="M", help="How long it lasts; 0 for ever.")
    ] = None,
    url: Annotated[str, typer.Option(metavar="URL", help="Where the twin is served.")] = "http://127.0.0.1:8080",
    world: Annotated[str, typer.Option(metavar="W", help="World of the twin.")] = "default",
    control_token: options.ControlToken = None,
) -> None:
    """Have a running twin issue a token: a Basic one of a user, or a JWT by name. Prints the header value.

    The password for a Basic token is asked for, or read from APITWIN_PASSWORD.
    """
    from apitwin.token import Wish, token

    token(Wish(api=api, user=user, name=name, minutes=minutes, url=url, world=world, control_token=control_token))
