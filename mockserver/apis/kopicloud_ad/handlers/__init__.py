"""One function per operation: unpack, one call, wrap. A function's name is the operation's id in snake case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType

from mockserver.apis.kopicloud_ad.handlers import computers, groups, login, ous, records, users, zones
from mockserver.kernel.api import Handler


def _operations(module: ModuleType) -> Iterator[tuple[str, Handler]]:
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_"):
            first, *rest = name.split("_")
            yield first + "".join(word.capitalize() for word in rest), value


HANDLERS: Mapping[str, Handler] = {
    **{
        key: handler for module in (computers, groups, login, ous, users, zones) for key, handler in _operations(module)
    },
    **records.operations(),
}
