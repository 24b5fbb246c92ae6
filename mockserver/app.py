"""The composition root: the emulated APIs on one store, each behind its door, and the control plane beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from apitwin import data
from mockserver.control.plane import Control
from mockserver.kernel.api import Api, find
from mockserver.kernel.build import Door
from mockserver.kernel.engine import Engine
from mockserver.kernel.http import Written
from mockserver.kernel.journal import Journal
from mockserver.kernel.names import nearest
from mockserver.kernel.planting import Planting
from mockserver.kernel.promise import load
from mockserver.kernel.store.protocol import Store, StoreError
from mockserver.kernel.swagger import Swagger
from mockserver.kernel.work import Work, begin
from mockserver.kernel.worlds import DEFAULT, Worlds
from mockserver.state import planted, state_of

CONTROL_PREFIX = "/__twin__"
CONTROL = CONTROL_PREFIX.encode()
WORLD_PREFIX = b"/__world__/"
PAGE_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to build a twin. ``seed`` names a seed of every API; ``settings`` are changes to the seeds' settings.

    ``state`` is the address of a database to keep the state in; without one it lives as long as the process.
    """

    state: str | None = None
    seed: str = "baseline"
    settings: Mapping[str, Any] = field(default_factory=dict)
    lane: bool = True
    control_token: str | None = None
    public_url: str | None = None
    fixtures: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A built twin: the ASGI application and its parts."""

    app: Root
    engines: Mapping[str, Engine]
    worlds: Worlds
    journal: Journal
    planting: Planting
    #: What whoever starts the twin should read.
    remarks: tuple[str, ...] = ()
    release: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Let go of the database, if there is one."""
        self.journal.close()
        self.release()

    def prefix(self, api: str) -> str:
        """The path an API is mounted at: empty when it is alone on the server."""
        return "" if len(self.engines) == 1 else f"/{api}"

    def credentials(self, api: str, world: str = DEFAULT) -> list[tuple[str, str]]:
        """What a person needs to call an API in a world: pairs of label and header value."""
        return self._told(api, world, self.engines[api].api.credentials)

    def accounts(self, api: str, world: str = DEFAULT) -> list[tuple[str, str]]:
        """Who may log in to an API in a world: pairs of name and password."""
        return self._told(api, world, self.engines[api].api.accounts)

    def notes(self, api: str, world: str = DEFAULT) -> list[tuple[str, str]]:
        """What else there is to know of an API in a world: pairs of label and text."""
        return self._told(api, world, self.engines[api].api.notes)

    def _told(self, api: str, world: str, tell: Callable[[Work], list[tuple[str, str]]]) -> list[tuple[str, str]]:
        with self.worlds.transaction(world) as store:
            return tell(begin(store, self.engines[api].settings))


class Root:
    """Finds the world, then the control plane or the door an address belongs to."""

    def __init__(
        self, *, doors: Mapping[str, Door], pages: Mapping[str, Swagger], control: Control, worlds: Worlds
    ) -> None:
        self._doors, self._pages, self._control, self._worlds = doors, pages, control, worlds
        self._alone = next(iter(doors)) if len(doors) == 1 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        if _is_control(whole):
            await self._control(scope, receive, send)
            return
        name, inner = self._placed(scope, whole)
        if name not in self._doors:
            await _say(404, f"no API at /{name}{nearest(name, self._doors)}", scope, receive, send)
        elif self._is_page(name, inner) and self._serves(inner["twin.world"]):
            await self._pages[name]({**inner, "path": inner["raw_path"].decode("latin-1")}, receive, send)
        else:
            await self._doors[name](inner, receive, send)

    def at_once(self, scope: Scope) -> Written | None:
        """The answer to an HTTP request, where a door has it without waiting; see `Door.at_once`."""
        whole: bytes = scope["raw_path"]
        if _is_control(whole):
            return None
        name, inner = self._placed(scope, whole)
        if name not in self._doors or self._is_page(name, inner):
            return None
        return self._doors[name].at_once(inner)

    def unreadable(self, line: bytes) -> Written | None:
        """The refusal of a request whose first line is not that of any; ``None`` where no API can be meant."""
        target = line.partition(b" ")[2].partition(b" ")[0].partition(b"?")[0]
        name, inner = self._placed({"headers": ()}, target)
        return None if _is_control(target) or name not in self._doors else self._doors[name].unreadable(line, inner)

    def _placed(self, scope: Scope, whole: bytes) -> tuple[str, Scope]:
        """The name of the API a raw path leads to, and the request as the door of that API sees it."""
        world, raw = _world_of(scope, whole)
        name, raw = (self._alone, raw) if self._alone else _mount_of(raw)
        prefix = "" if raw is whole else whole.removesuffix(raw).decode("latin-1")
        return name, {**scope, "raw_path": raw, "twin.world": world, "twin.prefix": prefix}

    def _is_page(self, name: str, inner: Scope) -> bool:
        return inner["method"] in PAGE_METHODS and self._pages[name].owns(inner["raw_path"].decode("latin-1"))

    def _serves(self, world: str) -> bool:
        """Whether there is such a world; when its store cannot tell, the door says so in the API's own words."""
        try:
            return self._worlds.exists(world)
        except StoreError:
            return False


def build(names: Sequence[str] = (), options: Options | None = None) -> Twin:
    """A twin of the named APIs (all when none is named), its world ``default`` planted from the seed if it is new.

    Raises ``UnknownApi``, ``PromiseError``, ``SeedError``, ``SettingError`` or ``StoreError``, each with one clear
    message.
    """
    chosen = options or Options()
    apis = find(list(names))
    state = state_of(chosen.state, apis)
    engines = {api.name: _engine(api, state.store) for api in apis}
    journal = state.journal_of(lambda api, name: engines[api].promise.operations.get(name) if api in engines else None)
    worlds = Worlds(store=state.store)
    planting = Planting(engines=engines, worlds=worlds, fixtures=chosen.fixtures or data.fixtures_dir())
    remarks = planted(
        state,
        worlds,
        engines,
        seed=chosen.seed,
        settings=chosen.settings,
        plant=lambda: planting.create(DEFAULT, seed=chosen.seed, settings=chosen.settings),
    )
    control = Control(engines=engines, worlds=worlds, planting=planting, journal=journal, token=chosen.control_token)
    root = Root(
        doors={name: _door(engine, journal, worlds, chosen) for name, engine in engines.items()},
        pages={name: Swagger(engine=engine, public_url=chosen.public_url) for name, engine in engines.items()},
        control=control,
        worlds=worlds,
    )
    return Twin(
        app=root,
        engines=engines,
        worlds=worlds,
        journal=journal,
        planting=planting,
        remarks=tuple(remarks),
        release=state.close,
    )


def _engine(api: Api, store: Store) -> Engine:
    return Engine(api=api, promise=load(data.specs_dir() / api.name), store=store)


def _door(engine: Engine, journal: Journal, worlds: Worlds, options: Options) -> Door:
    return Door(
        engine=engine,
        journal=journal,
        check_world=worlds.check,
        lane=options.lane,
        public_url=options.public_url,
    )


def _is_control(raw: bytes) -> bool:
    return raw.startswith(CONTROL) and raw[len(CONTROL) :][:1] in (b"", b"/")


def _world_of(scope: Scope, raw: bytes) -> tuple[str, bytes]:
    if raw.startswith(WORLD_PREFIX):
        name, slash, rest = raw[len(WORLD_PREFIX) :].partition(b"/")
        return unquote(name.decode("latin-1")), slash + rest
    for header, value in scope["headers"]:
        if header == b"twin-world":
            return value.decode("latin-1"), raw
    return DEFAULT, raw


def _mount_of(raw: bytes) -> tuple[str, bytes]:
    name, slash, rest = raw[1:].partition(b"/")
    return name.decode("latin-1"), slash + rest


async def _say(status: int, message: str, scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"error": message}, status_code=status)(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
