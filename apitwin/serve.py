"""`apitwin serve`: twins of APIs on one address of this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from apitwin import secret, tls
from apitwin.failure import Failed
from apitwin.listening import listen
from apitwin.server import Plan, run, stop_on_signals
from mockserver.app import Options


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The command line of `apitwin serve`, as it was typed."""

    apis: Sequence[str]
    host: str
    port: int
    seed: str
    settings: Sequence[str]
    public_url: str | None
    tls: bool
    cert: Path | None
    key: Path | None
    watch: bool
    control_token: str | None
    lane: bool
    state: str | None
    workers: int


def serve(wish: Wish) -> None:
    """Serve until SIGINT or SIGTERM; raises ``Failed`` for whatever keeps the twin from starting."""
    options = options_of(wish)
    if wish.tls and (wish.cert or wish.key):
        raise Failed("--tls makes a certificate of its own; give either --tls, or --cert and --key")
    if wish.workers > 1 and wish.state is None:
        raise Failed(f"--workers {wish.workers} need one state they all see; keep it in a database with --state")
    if wish.workers > 1 and wish.watch:
        raise Failed("--watch and --workers exclude each other")
    files = tls.own(wish.cert, wish.key)
    stop_on_signals()
    with listen(wish.host, wish.port) as listener, ExitStack() as stack:
        if wish.tls:
            files = stack.enter_context(tls.throw_away(wish.host))
        plan = Plan(apis=tuple(wish.apis), options=options, tls=files)
        if wish.watch:
            from apitwin.watch import keep_running

            keep_running(plan, listener)
        elif wish.workers > 1:
            from apitwin.workers import keep_workers

            keep_workers(plan, listener, wish.workers)
        else:
            run(plan, listener)


def options_of(wish: Wish) -> Options:
    """What the twin is built from; raises ``Failed``."""
    return Options(
        state=wish.state,
        seed=wish.seed,
        settings=assignments(wish.settings),
        lane=wish.lane,
        control_token=secret.control_token(wish.control_token),
        public_url=_public_url(wish.public_url),
    )


def assignments(given: Sequence[str]) -> Mapping[str, str]:
    """``key=value`` texts as a mapping; raises ``Failed`` for another form and for a key given twice."""
    settings: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise Failed(f"--set {text!r}: write it as key=value or api.key=value")
        if key in settings:
            raise Failed(f"--set {text!r}: {key} was set to {settings[key]!r} already; set it once")
        settings[key] = value
    return settings


def _public_url(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise Failed(f"--public-url {url!r}: write it like https://twin.example.com or https://example.com/twin")
    return url.rstrip("/")
