"""`Api`, the descriptor: the only plug point of an emulated API, and the discovery of all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import mockserver.apis
from apitwin import data
from mockserver.kernel.errors import ApiError
from mockserver.kernel.http import Call, Caller, Done, Reply, Visit
from mockserver.kernel.journal import Entry
from mockserver.kernel.names import nearest
from mockserver.kernel.operation import Operation
from mockserver.kernel.settings import Setting, Settings, Value
from mockserver.kernel.store.protocol import Kind
from mockserver.kernel.work import Work

#: A refusal that is raised undoes what the handler did; one that is returned keeps it (a counted failed login).
Handler = Callable[[Work, Call], Done | Reply | ApiError]
#: A page may answer whatever it likes; a refusal that it raises is answered in the words of its API.
Page = Callable[[Work, Visit], Reply]
AdminHandler = Callable[[Work, Mapping[str, Any]], Any]


class Conventions(Protocol):
    """API-wide policy: who may call what, and how success and refusal look on the wire."""

    def visible(self, settings: Mapping[str, Value], operation: Operation) -> bool:
        """Whether the operation exists under these settings (section switches, version)."""
        ...

    def identify(self, work: Work, operation: Operation, credential: str | None) -> Caller:
        """Who calls; raises ``Unauthenticated``, ``LicenceRefused`` or ``PermissionRefused``.

        Changes nothing, and depends on nothing but what it reads, the credential, and the time as `Caller.until` says.
        """
        ...

    def failure(self, error: ApiError) -> Reply:
        """The answer to a refusal, in the API's envelope."""
        ...


@dataclass(frozen=True, kw_only=True)
class Api:
    """One emulated API.

    ``name`` is the name of its folders under specs/ and fixtures/; ``conventions`` makes its policy from the content of
    conventions.yaml; ``plant`` fills an empty world from a checked seed
    document; ``seed_schema`` is the JSON schema of such documents; ``generators`` make large seed documents by name;
    ``pages`` are what people see in a browser, outside of the promise, by path (see `mockserver.kernel.pages`);
    ``events`` tells one exchange as lines of the product's own event log;
    ``admin`` are the product's own administration functions, reached through the control plane only;
    ``credentials`` lists what a person needs to call a freshly planted world: pairs of label and header value;
    ``accounts`` lists who may log in there: pairs of name and password;
    ``notes`` are other things to know of such a world: pairs of label and text.
    """

    name: str
    title: str
    kinds: tuple[Kind[Any], ...]
    settings: tuple[Setting, ...]
    handlers: Mapping[str, Handler]
    conventions: Callable[[Mapping[str, Any]], Conventions]
    plant: Callable[[Work, Mapping[str, Any]], None]
    seed_schema: Mapping[str, Any]
    generators: Mapping[str, Callable[[int], Mapping[str, Any]]] = field(default_factory=dict)
    admin: Mapping[str, AdminHandler] = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    events: Callable[[Entry], list[Mapping[str, Any]]] = lambda entry: []
    credentials: Callable[[Work], list[tuple[str, str]]] = lambda work: []
    accounts: Callable[[Work], list[tuple[str, str]]] = lambda work: []
    notes: Callable[[Work], list[tuple[str, str]]] = lambda work: []

    @property
    def declared_settings(self) -> Settings:
        """The settings, ready to be read and changed."""
        return Settings(self.name, self.settings)


class UnknownApi(LookupError):
    """No emulated API has that name; suggests the nearest."""


def discover() -> dict[str, Api]:
    """Every `Api` found in a package or subpackage of `mockserver.apis` as the attribute `API`, by name."""
    found: dict[str, Api] = {}
    for module in pkgutil.walk_packages(mockserver.apis.__path__, "mockserver.apis."):
        if module.ispkg:
            api = getattr(importlib.import_module(module.name), "API", None)
            if isinstance(api, Api):
                found[api.name] = api
    return dict(sorted(found.items()))


def find(names: list[str]) -> list[Api]:
    """The named APIs, all when none is named; raises ``UnknownApi``."""
    known = discover()
    for name in names:
        if name not in known and name in data.api_names():
            raise UnknownApi(f"{name} has a promise, but no twin yet; there are twins of: {', '.join(known)}")
        if name not in known:
            raise UnknownApi(f"unknown API {name!r}{nearest(name, known)}")
    return [known[name] for name in names] if names else list(known.values())
