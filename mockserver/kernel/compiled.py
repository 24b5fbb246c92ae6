"""An operation made ready to serve: parameter decoders and body reader, compiled once at start-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.kernel.bodies import BodyReader
from mockserver.kernel.brackets import listed
from mockserver.kernel.lists import Paging
from mockserver.kernel.names import folded
from mockserver.kernel.operation import Operation, Parameter, PromiseError
from mockserver.kernel.parameters import Converting, allowed
from mockserver.kernel.texts import Doubt, spellings, words_of

__all__ = ["Compiled", "Doubt"]

MASK = "***"

#: Where parameters may travel.
PLACES = ("path", "query", "header")


class Compiled:
    """One operation under the conventions of its API: what to decode, what to fill in.

    Raises ``PromiseError`` for a parameter whose type or place it does not know, or whose name stands twice.
    """

    def __init__(self, operation: Operation, conventions: Mapping[str, Any]) -> None:
        casing, rules = conventions["casing"], conventions.get("query", {})
        words = conventions.get("booleans", {}).get("query")
        self.operation = operation
        self.fold = casing["query_names"] == "insensitive"
        self.path_names = tuple(re.findall(r"\{([^}]*)\}", operation.path))
        _check_places(operation)
        self.names = {self._key(one.name): one for one in operation.parameters_in("query")}
        self._lists = self._bracketed(rules.get("lists", ()))
        self.headers = tuple((one.name.lower().encode("latin-1"), one) for one in operation.parameters_in("header"))
        self.spellings = _case_free(operation, conventions)
        convert = Converting(None if words is None else words_of(words))
        self.decoders = {one.name: convert.decoder(one) for one in operation.parameters}
        self.required = tuple(one.name for one in operation.parameters if one.required and one.place != "path")
        self.defaults = {one.name: one.default for one in operation.parameters if one.default is not None}
        self.body = _body_reader(operation, conventions)
        self.paging = Paging(operation, conventions)
        self._last = rules.get("repeated") == "last"

    def settle(self, pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
        """The query under its wire names, words of an enum in their own spelling.

        Unknown names are dropped, empty values too unless they mean something; of a repeated scalar one counts.
        """
        settled: dict[str, list[str]] = {}
        for name, value in pairs:
            parameter = self.names.get(folded(name) if self.fold else name)
            if parameter is None or not (value or parameter.allow_empty):
                continue
            texts = settled.setdefault(parameter.name, [])
            if self._last and texts and parameter.schema.get("type") != "array":
                texts.clear()
            if not texts or parameter.schema.get("type") == "array":
                texts.append(self.spellings.get(parameter.name, {}).get(value.lower(), value))
        if self._lists:
            self._settle_lists(pairs, settled)
        return settled

    def settle_path(self, values: dict[str, str]) -> dict[str, str]:
        """Path values, words of an enum in their own spelling."""
        for name in self.spellings.keys() & values.keys():
            values[name] = self.spellings[name].get(values[name].lower(), values[name])
        return values

    def settle_headers(self, headers: Mapping[bytes, bytes], settled: dict[str, list[str]]) -> None:
        """Add the parameters that travel in headers."""
        for name, one in self.headers:
            text = headers.get(name, b"").decode("latin-1").strip()
            if text or (one.allow_empty and name in headers):
                settled[one.name] = [self.spellings.get(one.name, {}).get(text.lower(), text)]

    def arguments(self, path: Mapping[str, str], query: Mapping[str, list[str]]) -> dict[str, Any]:
        """Typed arguments under their wire names; raises ``Doubt`` for any value that is not plainly right."""
        decoders = self.decoders
        decoded = dict(self.defaults)
        for name, text in path.items():
            decoded[name] = decoders[name]([text])
        for name, texts in query.items():
            decoded[name] = decoders[name](texts)
        for name in self.required:
            if name not in decoded:
                raise Doubt(name)
        return decoded

    def refusal(self, path: Mapping[str, str], query: Mapping[str, list[str]]) -> str | None:
        """Why the arguments are not right: the first parameter that is not, its value and what is allowed."""
        for parameter in self.operation.parameters:
            texts = [path[parameter.name]] if parameter.place == "path" else query.get(parameter.name)
            if texts is None:
                if parameter.required and parameter.default is None:
                    return f"{parameter.name}: missing, and it is mandatory"
                continue
            try:
                self.decoders[parameter.name](texts)
            except Doubt as doubt:
                shown = MASK if parameter.secret else str(doubt)
                return f"{parameter.name}: {shown!r} is not allowed; {allowed(parameter.schema)}"
        return None

    def _key(self, name: str) -> str:
        return folded(name) if self.fold else name

    def _bracketed(self, spelled: Iterable[str]) -> dict[str, Parameter]:
        """Lists whose elements may have brackets, by the name before them; `name[]` of a document is list `name`."""
        if not any("[" in spelling for spelling in spelled):
            return {}
        lists = {key: one for key, one in self.names.items() if one.schema.get("type") == "array"}
        for key in lists:
            del self.names[key]
        bare = {key.removesuffix("[]"): one for key, one in lists.items()}
        self.names |= bare
        return bare

    def _settle_lists(self, pairs: Sequence[tuple[str, str]], settled: dict[str, list[str]]) -> None:
        """Add the elements that came under names with brackets: `name[]`, `name[3]`."""
        bracketed = [(self._key(name), text) for name, text in pairs if text and "[" in name]
        if not bracketed:
            return
        plain = {first: settled.get(one.name, []) for first, one in self._lists.items()}
        for first, texts in listed(bracketed, plain).items():
            name = self._lists[first].name
            if texts:
                settled[name] = [self.spellings.get(name, {}).get(text.lower(), text) for text in texts]


def _check_places(operation: Operation) -> None:
    names: set[str] = set()
    for one in operation.parameters:
        if one.place not in PLACES:
            raise PromiseError(f"{operation.id} {one.name}: parameters in {one.place!r} are not understood")
        if one.name in names:
            raise PromiseError(f"{operation.id} {one.name}: two parameters have this name")
        names.add(one.name)


def _case_free(operation: Operation, conventions: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """By parameter, the words that are matched without case."""
    named = set(_case_free_names(operation, conventions))
    every = conventions["casing"].get("enums") == "insensitive"
    return {
        one.name: spellings(one.schema)
        for one in operation.parameters
        if "enum" in one.schema and (one.name in named or (every and one.place == "query"))
    }


def _case_free_names(operation: Operation, conventions: Mapping[str, Any]) -> list[str]:
    return [one["name"] for one in conventions.get("case_free", ()) if one["operation"] == operation.id]


def _body_reader(operation: Operation, conventions: Mapping[str, Any]) -> BodyReader | None:
    """``None`` where a body means nothing."""
    if operation.body is None or operation.method in conventions.get("bodies", {}).get("ignored", ()):
        return None
    return BodyReader(operation.body, conventions, case_free=_case_free_names(operation, conventions))
