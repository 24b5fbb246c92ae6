"""The HTTP server around a twin: built, announced, and stopped cleanly by SIGINT and SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import uvicorn

from apitwin import banner
from apitwin.announce import banner_of
from apitwin.data import DataMissing
from apitwin.failure import Failed
from apitwin.tls import Tls
from mockserver.app import Options, Twin, build
from mockserver.kernel.api import UnknownApi
from mockserver.kernel.operation import PromiseError
from mockserver.kernel.seeds import SeedError
from mockserver.kernel.settings import SettingError
from mockserver.kernel.store.protocol import StoreError

#: Seconds an exchange that is still going on may take once the server has been told to stop.
PATIENCE = 0.3

STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to serve, and how. It can be sent to another process."""

    apis: tuple[str, ...]
    options: Options
    tls: Tls | None


class Server(uvicorn.Server):
    """uvicorn, that says when it is ready and hangs up on those who do not let it stop."""

    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then say so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: idle connections at once, busy ones after ``PATIENCE``."""
        asyncio.get_running_loop().call_later(PATIENCE, self._hang_up)
        await super().shutdown(sockets)

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            transport: Any = connection.transport
            transport.abort()


def run(plan: Plan, listener: socket.socket, *, ready: Callable[[], None] | None = None) -> None:
    """Serve on a listening socket until told to stop; raises ``Failed`` when the twin cannot be built.

    ``ready`` is called when the server answers; without it the banner is shown.
    """
    stop_on_signals()
    twin = built(plan)
    told = banner_of(twin, plan.options, plan.tls, listener)
    server = Server(_config(twin, plan), ready=ready or (lambda: banner.show(told)))
    server.run(sockets=[listener])


def built(plan: Plan) -> Twin:
    """The twin; raises ``Failed`` with what is wrong with its name, promise, seed, settings or state."""
    try:
        return build(plan.apis, plan.options)
    except (UnknownApi, PromiseError, SeedError, SettingError, StoreError, DataMissing) as error:
        raise Failed(str(error)) from error


def stop_on_signals() -> None:
    """From now on SIGINT and SIGTERM end the process with exit code 0, whatever it is doing.

    The first one does; those that follow leave it the moment it needs to clear up.
    """
    for number in STOPPING:
        signal.signal(number, _leave)


def _leave(*_: object) -> NoReturn:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _protocol(twin: Twin, plan: Plan) -> Any:
    """What uvicorn makes a connection's protocol with."""
    from apitwin.protocol import Protocol  # there is no httptools on Windows

    at_once = twin.app.at_once if plan.options.lane else None
    return partial(Protocol, at_once=at_once, unreadable=twin.app.unreadable)


def _config(twin: Twin, plan: Plan) -> uvicorn.Config:
    posix = sys.platform != "win32"
    return uvicorn.Config(
        twin.app,
        loop="uvloop" if posix else "auto",
        http=_protocol(twin, plan) if posix else "auto",
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_config=None,
        # only a proxy on this machine may say whom it speaks for: the control plane trusts loopback peers
        forwarded_allow_ips="127.0.0.1,::1",
        ssl_certfile=plan.tls.cert if plan.tls else None,
        ssl_keyfile=plan.tls.key if plan.tls else None,
    )
