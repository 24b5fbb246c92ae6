"""Removing what a run has made: by the run itself at its end, or from the ledger of one that was killed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from contract_tests.blocked import Blocked
from contract_tests.exchange import Exchange
from contract_tests.guard import Refused
from contract_tests.ledger import Entry
from contract_tests.model import Action, Resource

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Passes over what is left: a container goes only after what it holds.
PASSES = 5
#: Addresses under which one thing is looked for: each name it may have had.
ADDRESSES = 12

Known = Mapping[str, list[str]]


class Clearing:
    """Deletes the standing entries of a ledger, youngest first, under every name each may have.

    A thing whose address the ledger does not know, since the run ended before the answer came, is looked for in lists.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage, self._ledger = stage, stage.session.ledger
        self.removed = 0

    def clear(self, chosen: Sequence[Entry] | None = None) -> list[str]:
        """Remove what stands, or what of some entries does; returns what would not go.

        What nothing deletes goes with what it hangs on, or stays: it is left alone.
        """
        all_entries = self._ledger.entries if chosen is None else chosen
        entries = [one for one in all_entries if self._stage.resources[one.resource].first("delete") is not None]
        for _ in range(PASSES):
            left = [one for one in reversed(entries) if not one.gone]
            for entry in left:
                if self._remove(entry):
                    self._ledger.tell_gone(entry)
            if not any(entry.gone for entry in left):
                break
        return [self.told(entry) for entry in entries if not entry.gone]

    def told(self, entry: Entry) -> str:
        """A thing in words."""
        resource = self._stage.resources[entry.resource]
        return label(resource, {key: texts[0] for key, texts in known_of(resource, entry).items() if texts})

    def _remove(self, entry: Entry) -> bool:
        """Whether the thing is gone, or never was."""
        resource = self._stage.resources[entry.resource]
        known = known_of(resource, entry)
        addresses = [(action, one) for action in resource.all("delete") for one in self._addresses(action, known)]
        verdicts = []
        for action, address in addresses:
            verdict = self._delete(action, address)
            if verdict:
                self.removed += 1
                return True
            verdicts.append(verdict)
        unsettled = not addresses or None in verdicts
        found = self._found(resource, known)
        if found is None:
            return not unsettled
        results = [self._remove_item(resource, item) for item in found]
        return all(results)

    def _remove_item(self, resource: Resource, item: Mapping[str, Any]) -> bool:
        told = {key: [value] for key, value in item.items() if isinstance(value, str) and value}
        for action in resource.all("delete"):
            for address in self._addresses(action, told):
                if self._delete(action, address):
                    self.removed += 1
                    return True
        return False

    def _addresses(self, action: Action, known: Known) -> Iterator[dict[str, str]]:
        texts = [known.get(key, []) for key in action.target.values()]
        for chosen in islice(product(*texts), ADDRESSES):
            yield dict(zip(action.target, chosen, strict=True))

    def _delete(self, action: Action, address: Mapping[str, str]) -> bool | None:
        """``True``: deleted; ``False``: there is no such thing; ``None``: it would not go."""
        forced = {name: "true" for role, name in action.switches.items() if role == "force"}
        try:
            exchange = self._sent(action, {**action.needs, **address, **forced})
        except (Refused, Blocked):
            return None
        if exchange.succeeded:
            return True
        if exchange.response.status in action.operation.void:
            return False
        return False if exchange.response.status == self._stage.promise.status_of("not-found") else None

    def _sent(self, action: Action, values: Mapping[str, str]) -> Exchange:
        """A deletion, once more where the answer was lost: then it tells whether the first one was done."""
        try:
            return self._stage.call(action.operation, values, None)
        except Blocked:
            return self._stage.call(action.operation, values, None)

    def _found(self, resource: Resource, known: Known) -> list[Mapping[str, Any]] | None:
        """Items of lists that are the thing; ``None`` where no list can tell."""
        found: list[Mapping[str, Any]] | None = None
        for action in unscoped(resource):
            exchange = self._stage.call(action.operation, {}, None, why="look for what is left")
            items = self._stage.items(exchange, action)
            if items is not None:
                found = found or []
                found += [item for item in items if isinstance(item, dict) and is_known(resource, item, known)]
        return found


def unscoped(resource: Resource) -> Iterator[Action]:
    """The lists of a resource that need no arguments, and whose items can be told apart."""
    for action in resource.all("list") if resource.identity or resource.item else ():
        if not action.target and not any(one.required for one in action.operation.parameters):
            yield action


def label(resource: Resource, values: Mapping[str, Any]) -> str:
    """A thing by its names, where it has none by what tells it from others."""
    names = [values.get(key) for key in sorted(resource.naming)]
    told = names if any(names) else [values.get(key) for key in resource.identity or sorted(resource.hung)]
    return f"{resource.title} {', '.join(str(one) for one in told if one)}"


def known_of(resource: Resource, entry: Entry) -> dict[str, list[str]]:
    """By key, every text a thing may have there, the likeliest first."""
    found: dict[str, list[str]] = {}
    aliases = [(name, key) for one in resource.all("create") for name, key in one.target.items()]
    aliases += [(name, key) for one in resource.all("rename") for name, key in one.sets.items()]
    pairs = [(key, key) for key in entry.past] + aliases
    for name, key in pairs:
        texts = entry.past.get(name, [])
        now = entry.values.get(name)
        for text in ([now] if isinstance(now, str) and now else []) + texts[::-1]:
            if text not in found.setdefault(key, []):
                found[key].append(text)
    return found


def is_known(resource: Resource, item: Mapping[str, Any], known: Known) -> bool:
    """Whether an item of a list is a thing: by its id, else by its names, and its place where that tells it apart."""
    if resource.id and _is_one_of(item.get(resource.id), known.get(resource.id, ())):
        return True
    names = [key for key in resource.naming if key in item]
    places = [key for key in resource.hung & set(resource.identity) if key in item and known.get(key)]
    return bool(names) and all(_is_one_of(item[key], known.get(key, ())) for key in (*names, *places))


def _is_one_of(value: Any, texts: list[str] | tuple[str, ...]) -> bool:
    return isinstance(value, str) and value.casefold() in (text.casefold() for text in texts)
