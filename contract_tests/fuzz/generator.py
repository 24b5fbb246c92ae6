"""Cases from schemathesis: its boundary cases and a few random examples of each operation, drawn once, from a seed.

schemathesis only makes requests up here; it neither sends nor judges them. Its imports take a second of start-up, so
they stand inside functions.
"""

from __future__ import annotations

import random
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from apitwin.data.bundle import cache_folder
from contract_tests.exchange import MISSING
from contract_tests.fuzz.cases import Case, Pairs
from contract_tests.promise import Operation, Promise

#: Boundary cases of one operation that are looked at before some are chosen: a huge schema has no end of them.
LOOKED_AT = 1000
#: A server in front of the API may answer these itself, with a status no operation documents.
NOT_USED = ("unsupported_content_type", "malformed_content_type")

#: With both modes on, an operation that cannot be sent anything wrong is tried again and again.
CONFIG = {
    "generation": {"mode": "negative"},
    "phases": {"coverage": {"generate-duplicate-query-parameters": True, "unexpected-methods": []}},
}


class Generator:
    """Makes cases of the operations of a promise; the same seed makes the same ones."""

    def __init__(self, promise: Promise, *, seed: int) -> None:
        self._seed = seed
        self._credential = str(promise.conventions.get("credential", {}).get("name", "")).lower()
        with pure():
            self._operations = _operations_of(promise.document)

    def boundaries(self, operation: Operation, most: int) -> list[Case]:
        """Cases at and beyond the limits of a schema, ``most`` of them; the seed chooses where there are more."""
        return self._written(operation, lambda raw: self._boundaries(raw, operation, most))

    def examples(self, operation: Operation, count: int) -> list[Case]:
        """``count`` random cases at most. Half of them break the schema, where it can be broken."""
        return self._written(operation, lambda raw: self._examples(raw, operation, count))

    def _written(self, operation: Operation, make: Callable[[Any], list[Any]]) -> list[Case]:
        raw = self._operations.get((operation.method, operation.path))
        if raw is None:
            return []
        with pure():
            cases = [self._case(operation, one) for one in make(raw)]
        return list({repr(one): one for one in cases if one is not None}.values())

    def _chance(self, *salt: str) -> random.Random:
        return random.Random(" ".join((str(self._seed), *salt)))  # noqa: S311 - variety, not secrets

    def _boundaries(self, raw: Any, operation: Operation, most: int) -> list[Any]:
        from schemathesis import GenerationMode

        config = raw.schema.config.generation_for(operation=raw, phase="coverage")
        found = raw.schema.iter_coverage_cases(raw, generation_modes=list(GenerationMode), generation_config=config)
        seen: list[Any] = []
        with _what_cannot_be_made():
            seen.extend(islice((one for one in found if _scenario(one) not in NOT_USED), LOOKED_AT))
        chosen = sorted(self._chance(operation.id).sample(range(len(seen)), min(most, len(seen))))
        return [seen[index] for index in chosen]

    def _examples(self, raw: Any, operation: Operation, count: int) -> list[Any]:
        from schemathesis import GenerationMode

        seen: list[Any] = []
        # texts cannot be broken: what is missing of the one kind is made up by the other
        for mode, wanted in ((GenerationMode.NEGATIVE, count // 2), (GenerationMode.POSITIVE, count)):
            with _what_cannot_be_made():
                strategy = raw.as_strategy(generation_mode=mode)
                seed = self._chance(operation.id, mode.value).getrandbits(64)
                _draw(strategy, max(1, wanted - len(seen)), seed, seen.append)
        return seen

    def _case(self, operation: Operation, raw: Any) -> Case | None:
        """A case of schemathesis as one of ours; ``None`` for one whose body it cannot write."""
        with _what_cannot_be_made():
            sent = raw.as_transport_kwargs(base_url="http://target")
            headers = {str(name).lower(): str(value) for name, value in raw.headers.items()}
            declared = (one.name for one in operation.parameters if one.place == "header")
            return Case(
                operation,
                positive=raw.meta.generation.mode.is_positive,
                focus=_focus(raw.meta.phase.data),
                whole=bool(_scenario(raw)),
                path={name: unquote(str(value)) for name, value in raw.path_parameters.items()},
                query=tuple(pair for pair in _pairs(sent.get("params")) if pair[0].lower() != self._credential),
                headers=tuple((name, headers[name.lower()]) for name in declared if name.lower() in headers),
                **_body(sent),
            )
        return None


@contextmanager
def pure() -> Iterator[None]:
    """Make Hypothesis draw from its seed alone, and leave no trace.

    It also draws constants it reads in the source of whatever is imported at the time, keeps files in the working
    directory, and is told by schemathesis not to show falsifying examples any more.
    """
    from hypothesis import configuration, core
    from hypothesis.internal.cache import LRUCache
    from hypothesis.internal.conjecture import providers

    shared: list[tuple[Any, str, Any]] = [
        (providers, "_get_local_constants", type(providers.GLOBAL_CONSTANTS)),
        (providers, "CONSTANTS_CACHE", LRUCache(1024)),
        (configuration, "__hypothesis_home_directory", (cache_folder() or Path(tempfile.gettempdir())) / "hypothesis"),
        (core, "RepresentationPrinter", vars(core).get("RepresentationPrinter")),
    ]
    before = [(place, name, getattr(place, name)) for place, name, _ in shared if hasattr(place, name)]
    for place, name, value in shared:
        setattr(place, name, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)


@contextmanager
def _what_cannot_be_made() -> Iterator[None]:
    """A schema that admits or excludes nothing, or a body nobody can write, gives fewer cases, not an error."""
    import jsonschema_rs
    from hypothesis.errors import HypothesisException
    from schemathesis.core.control import SkipTest
    from schemathesis.errors import SchemathesisError

    try:
        yield
    except (
        HypothesisException,
        SchemathesisError,
        jsonschema_rs.ValidationError,
        RecursionError,
        ValueError,
        SkipTest,
    ):
        return


def _operations_of(document: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """schemathesis' operations by method and path, without credentials: those are the session's."""
    import schemathesis

    copy = orjson.loads(orjson.dumps(document, default=str))
    copy.pop("security", None)
    copy.get("components", {}).pop("securitySchemes", None)
    for item in copy["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    # given, or a file of that name lying about in the working directory would be read
    config = schemathesis.Config.from_dict(CONFIG)
    schema = schemathesis.openapi.from_dict(copy, config=config)
    results: Iterable[Any] = schema.get_all_operations()
    found = [one.ok() for one in results if type(one).__name__ == "Ok"]
    return {(one.method.upper(), one.path): one for one in found}


def _draw(strategy: Any, count: int, seed: int, keep: Callable[[Any], None]) -> None:
    """Hand out ``count`` examples of a strategy. No database, no shrinking, no deadline, no health checks."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, Verbosity

    settings = hypothesis.settings(
        database=None,
        deadline=None,
        max_examples=count,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )

    def take(case: Any) -> None:
        keep(case)

    given: Any = hypothesis.given(strategy)
    hypothesis.seed(seed)(settings(given(take)))()


def _scenario(raw: Any) -> str:
    """What a boundary case tries; empty for a random one."""
    return str(getattr(getattr(raw.meta.phase.data, "scenario", ""), "value", ""))


def _focus(data: Any) -> str | None:
    """The parameter a case is about; of a body, the top-level key."""
    if str(getattr(data.parameter_location, "value", "")) != "body":
        return None if data.parameter is None else str(data.parameter)
    words = str(data.location or "").split("/")
    return words[2] if words[:2] == ["", "properties"] else None


def _pairs(params: Any) -> Pairs:
    """Query or form of schemathesis as pairs: a mapping of values and lists, or text that is encoded already."""
    if isinstance(params, str | bytes):
        text = params if isinstance(params, str) else params.decode("utf-8", "replace")
        return tuple(parse_qsl(text, keep_blank_values=True))
    many = ((name, value if isinstance(value, list) else [value]) for name, value in (params or {}).items())
    return tuple((str(name), str(one)) for name, values in many for one in values if one is not None)


def _body(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a request of schemathesis, as fields of a case. A multipart body is an error: no API has one."""
    media_type = sent["headers"].get("Content-Type")
    data = sent.get("data")
    if sent.get("files"):
        raise ValueError("multipart bodies are not generated")
    if "json" in sent:
        return {"body": sent["json"], "media_type": media_type}
    if isinstance(data, Mapping):
        return {"form": _pairs(data), "media_type": media_type}
    if data is None:
        return {}
    content = data.encode() if isinstance(data, str) else bytes(data)
    return {"body": MISSING, "content": content, "media_type": media_type}
