"""A fault: one thing that is wrong with an otherwise correct server, and the rules that must see it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.promise import Promise
from contract_tests.targets import Asgi

#: Makes a server of a promise faulty: what it yields is served as long as the context lasts.
Plant = Callable[[Asgi, Promise], AbstractContextManager[Asgi]]

#: Makes a faulty function from the good one.
Replacement = Callable[[Any], Any]

#: Called when a fault comes to work; whoever plants a fault says whom to call.
Bell = Callable[[], None]
_BELL: ContextVar[Bell] = ContextVar("bell", default=lambda: None)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One broken twin.

    ``rules`` are the ids of which one at least must complain, with a finding known at least as well as ``evidence``:
    a fault that breaks something documented must fail a run. ``demand`` makes the promise stricter, where the promise
    of the API does not ask for what is to be missed. ``family`` is the module it stands in.

    ``reads`` is how well known that is which reads show of the fault, where that is another part of the promise.
    ``unseen`` says why reads cannot tell it from a correct server, although it changes what they answer.
    """

    name: str
    title: str
    rules: frozenset[str]
    plant: Plant
    evidence: Evidence = Evidence.DOCUMENTED
    demand: Callable[[Promise], Promise] = lambda promise: promise
    family: str = ""
    reads: Evidence | None = None
    unseen: str = ""

    def seen_by_reads(self) -> Fault:
        """What a run that only reads must see of it."""
        return replace(self, evidence=self.evidence if self.reads is None else self.reads)


def fault(name: str, title: str, rules: str, *parts: Plant, **more: Any) -> Fault:
    """A fault of any number of parts; ``rules`` are ids with spaces between them."""
    return Fault(name=name, title=title, rules=frozenset(rules.split()), plant=_all(parts), **more)


def _all(parts: tuple[Plant, ...]) -> Plant:
    @contextmanager
    def plant(app: Asgi, promise: Promise) -> Iterator[Asgi]:
        if not parts:
            yield app
            return
        with parts[0](app, promise) as first, _all(parts[1:])(first, promise) as whole:
            yield whole

    return plant


def patched(target: Any, name: str, replacement: Replacement) -> Plant:
    """Another function in the place of one of the twin's; ``replacement`` makes it from the good one."""

    @contextmanager
    def plant(app: Asgi, _: Promise) -> Iterator[Asgi]:
        good = getattr(target, name)
        setattr(target, name, _ringing(replacement(good), bell()))
        try:
            yield app
        finally:
            setattr(target, name, good)

    return plant


@contextmanager
def heard(ring: Bell) -> Iterator[None]:
    """Faults planted in this context call ``ring`` when they come to work: when a function that was replaced is
    called, or something at the wire is changed."""
    token = _BELL.set(ring)
    try:
        yield
    finally:
        _BELL.reset(token)


def bell() -> Bell:
    """Whom a fault that is planted now calls when it comes to work."""
    return _BELL.get()


def _ringing(faulty: Any, ring: Bell) -> Any:
    if not callable(faulty):
        ring()  # who reads a value is not known
        return faulty

    @wraps(faulty)
    def function(*given: Any, **named: Any) -> Any:
        ring()
        return faulty(*given, **named)

    return function


def returning(change: Callable[..., Any]) -> Replacement:
    """A replacement that does what the good one does and answers something else: ``change(answer, *arguments)``."""
    return lambda good: lambda *given, **named: change(good(*given, **named), *given, **named)


def given(**changed: Any) -> Replacement:
    """A replacement that gets other keyword arguments than were passed."""
    return lambda good: lambda *given, **named: good(*given, **{**named, **changed})


def never(answer: Any = None) -> Replacement:
    """A replacement that does nothing."""
    return lambda good: lambda *given, **named: answer


def forgiving(kind: type[Exception], *, instead: Callable[[Exception], Exception] | None = None) -> Replacement:
    """A replacement that swallows a refusal, or raises another ``instead``."""

    def replacement(good: Any) -> Any:
        def tried(*given: Any, **named: Any) -> Any:
            try:
                return good(*given, **named)
            except kind as error:
                if instead is not None:
                    raise instead(error) from None
                return None

        return tried

    return replacement


def package_of(api: str) -> str:
    """The package of an API's faults."""
    return f"contract_tests.planted.{api.replace('-', '_')}"


def catalogue(api: str) -> list[Fault]:
    """Every fault planted for an API: ``FAULTS`` of the modules of its package, each of the module's family."""
    package = importlib.import_module(package_of(api))
    found = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        found += [replace(one, family=info.name) for one in getattr(module, "FAULTS", ())]
    return found
