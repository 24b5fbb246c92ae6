"""Stories: what the promise tells in steps comes true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from contract_tests import listing
from contract_tests.exchange import MISSING, Exchange
from contract_tests.findings import Complaint
from contract_tests.model import Action
from contract_tests.promise import Operation
from contract_tests.rules.paging import hidden_names
from contract_tests.rules.registry import scenario_rule
from contract_tests.stage import Blocked, Stage, Thing
from contract_tests.story import MARK, UNSAID, Step, Story

if TYPE_CHECKING:
    from contract_tests.elsewhere import Place


@dataclass
class Cast:
    """What a story has come to: its things by name, and what was shown last of each and of each answer with a name.

    ``place`` is where time passes and settings change.
    """

    place: Place | None
    things: dict[str, Thing] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)


@scenario_rule("story", title="What the promise tells in steps comes true", source="stories.yaml", each="story")
def story(stage: Stage, subject: Story) -> Iterator[Complaint]:
    """Each step of a story ends as it is told: it succeeds or is refused, its answer shows what is said, and so do
    reads and lists after it. A story whose step cannot be taken ends there."""
    yield from told(stage, subject)


def told(stage: Stage, subject: Story, place: Place | None = None) -> Iterator[Complaint]:
    """Take the steps of a story; ``place`` is where time passes and settings change."""
    cast = Cast(place)
    for number, step in enumerate(subject.steps, 1):
        for marks in step.rounds:
            name = f"{number}{''.join(f' {one}' for one in marks.values())}"
            yield from _Play(stage, subject, step, name, cast, marks).complaints()


class _Play:
    """One step as it is taken."""

    def __init__(
        self, stage: Stage, story: Story, step: Step, number: str, cast: Cast, marks: Mapping[str, str]
    ) -> None:
        self._stage, self._story, self._step = stage, story, step
        self._cast, self._before, self._place = cast.things, cast.shown, cast.place
        self._cause = f"{story.id} {number}"
        self._seen: dict[str, Any] | None = None
        self._marks = {"number": str(1 + stage.arguments.unused() % 250), "tag": stage.arguments.tag}
        self._marks |= {mark: self._filled(text) for mark, text in marks.items()}

    def complaints(self) -> Iterator[Complaint]:
        """Take the step; complaints about what its answer shows."""
        if self._place is not None and self._step.elsewhere:
            self._switch(self._place)
            return
        exchange = self._make() if self._step.make else self._call()
        if exchange.succeeded:
            for name in self._step.takes:
                self._gone(self._cast[name])
            if not (self._step.takes and exchange.response.repeated):  # the second deletion has nothing to show
                yield from self._judged(exchange)
        elif self._step.expected == "success":
            raise Blocked(
                f"step {self._cause.removeprefix(self._story.id).strip()} answered {exchange.response.status}"
            )

    def _switch(self, place: Place) -> None:
        if self._step.wait:
            place.wait(self._step.wait)
        if self._step.put:
            place.put({name: self._meant(value) for name, value in self._step.put.items()})

    def _said(self) -> dict[str, Any]:
        why = f"{self._story.title} ({self._cause})"
        step = self._step
        return {"why": why, "evidence": step.evidence, "refused": step.refused, "beside": self._meant(step.beside)}

    def _sent(self) -> dict[str, Any]:
        step = self._step
        mirrored = {"method": step.method, "mirrored": True} if step.method else {}
        return {**self._said(), **mirrored, "renamed": step.spelled}

    def _make(self) -> Exchange:
        stage, resource = self._stage, self._stage.resources[str(self._step.make)]
        by = next((one for one in resource.all("create") if one.operation.id == self._step.by), None)
        action = by or next(iter(resource.all("create")))
        given, parts = stage.arguments.creation(resource, action, self._values(), full=False, variant=0)
        thing, exchange = stage.create(resource, action, given, parts, self._step.expected, **self._sent())
        if thing is not None and self._step.name:
            self._cast[self._step.name] = thing
        if exchange.succeeded and thing is not None and not action.own_answer and self._step.shows:
            self._seen, exchange = stage.refresh(thing)
        return exchange

    def _call(self) -> Exchange:
        stage, step = self._stage, self._step
        operation, values = stage.promise.operation(str(step.call)), self._values()
        self._check_names(values)
        thing = self._cast.get(step.of or "")
        said = {**self._sent(), "credential": step.credential if operation.secured else None}
        if thing is None:
            return stage.call(operation, values, step.expected, **said)
        action = self._action(thing, operation)
        values = {**stage.address(action, thing), **values}
        if action.verb == "rename":
            (fresh,) = {values.pop(name) for name in action.sets}
            return stage.rename(thing, action, fresh, step.expected, **said)
        if action.verb == "move":
            goals = {name: values[name] for name in action.places}
            return stage.move(thing, action, goals, step.expected, **said)
        exchange = stage.call(operation, values, step.expected, **said)
        if action.verb == "delete" and exchange.succeeded:
            self._gone(thing)
        return exchange

    def _check_names(self, values: Mapping[str, Any]) -> None:
        """Raises ``Blocked`` where a filter names what a field of somebody's is called, too."""
        promised = self._stage.conventions.get("filter", {})
        conditions = [str(one) for one in values.get(promised.get("parameter"), ())]
        named = {one for one in promised.get("names", ()) if any(re.match(rf"{one}\W", text) for text in conditions)}
        for thing in self._cast.values() if named else ():
            hidden = named & hidden_names(self._stage, thing) if thing.resource.map and not thing.gone else set()
            if hidden:
                raise Blocked(f"filters by {', '.join(sorted(hidden))} mean a field of that name here")

    def _gone(self, thing: Thing) -> None:
        """A thing is no more, and with it what was made on it."""
        self._stage.mark_gone(thing)
        for other in self._stage.things:
            if not other.gone and _hangs_on(other, thing):
                self._stage.mark_gone(other)

    def _action(self, thing: Thing, operation: Operation) -> Action:
        """What the operation is to the thing: a move only where the step says whereto."""
        found = [one for one in thing.resource.actions if one.operation.id == operation.id]
        moving = [one for one in found if one.verb == "move" and set(one.places) <= set(self._step.values)]
        plain = [one for one in found if one.verb != "move"]
        if not found:
            raise Blocked(f"{operation.id} is for no {thing.resource.title}")
        return (moving or plain or found)[0]

    # --- texts

    def _values(self) -> dict[str, Any]:
        return {name: self._meant(value) for name, value in self._step.values.items()}

    def _filled(self, text: str) -> str:
        return MARK.sub(lambda found: self._marked(found[1], found[2]), text)

    def _pattern(self, text: str) -> str:
        """A pattern whose marks stand for what they are, whatever that means to a pattern."""
        return MARK.sub(lambda found: re.escape(self._marked(found[1], found[2])), text)

    def _marked(self, mark: str, form: str | None) -> str:
        head, _, key = mark.partition(".")
        if head == "new":
            text = self._stage.arguments.fresh_name(self._stage.resources[key])
        elif key:
            text = str(self._cast[head].get(key))
        elif head == "now" and self._place is not None:
            text = self._place.now()
        else:
            text = self._marks[head] if head in self._marks else self._stage.arguments.fact(head)
        if form and form.startswith("in"):
            return str(_moment(text) + timedelta(seconds=int(form[2:])))
        if form and form.startswith("to"):
            return f"{text}-".ljust(int(form[2:]), "0")
        if form and (form == "day" or (form[0] in "pm" and form[-1].isdigit())):
            return _day(text, form)
        forms = {"upper": text.upper(), "plain": text.replace("-", ""), "moment": text[:19].replace("T", " ")}
        return forms.get(form or "", text)

    # --- answers

    def _judged(self, exchange: Exchange) -> Iterator[Complaint]:
        step, body = self._step, self._stage.payload(exchange) if self._seen is None else self._seen
        if step.wanted is not UNSAID and body != self._meant(step.wanted):
            yield self._complaint(f"the payload is {body!r}", body, self._meant(step.wanted), exchange)
        if step.unwanted is not UNSAID and body == self._meant(step.unwanted):
            yield self._complaint(f"the payload is {body!r}", body, "something else", exchange)
        yield from self._shown(body, step.shows, exchange)
        yield from self._kept(body, exchange)
        for key in step.lacks:
            if isinstance(body, dict) and body.get(key) not in (None, "", [], {}):
                yield self._complaint(f"{key} is {body[key]!r}", body[key], "(nothing)", exchange, key)
        if step.lists or step.only or step.has or step.some:
            listing.check_length(self._stage, exchange)
        yield from self._items(listing.whole(self._stage, exchange), exchange)

    def _shown(self, body: Any, keys: Mapping[str, Any], exchange: Exchange) -> Iterator[Complaint]:
        for key, wanted in ((self._filled(name), value) for name, value in keys.items()):
            shown = body.get(key, MISSING) if isinstance(body, dict) else MISSING
            meant = self._meant(wanted)
            if meant and isinstance(meant, dict) and isinstance(shown, dict):
                shown = {name: value for name, value in shown.items() if name in meant}
            if shown is MISSING or shown != meant or isinstance(shown, bool) != isinstance(meant, bool):
                told = "(missing)" if shown is MISSING else shown
                yield self._complaint(f"{key} is {told!r}", told, meant, exchange, key)

    def _kept(self, body: Any, exchange: Exchange) -> Iterator[Complaint]:
        """What stays as it was last shown, and moments that have moved since."""
        step = self._step
        if step.same and body != self._before.get(step.same):
            yield self._complaint("the answer is another one", body, self._before.get(step.same), exchange, step.same)
        before = self._before.get(step.of or "")
        if isinstance(before, dict):
            yield from self._shown(body, {key: before.get(key) for key in step.keeps}, exchange)
            yield from self._shown(body, {key: _later(before.get(key), by) for key, by in step.later.items()}, exchange)
        if step.saves:
            self._before[step.saves] = body
        elif step.of and exchange.operation.safe:
            self._before[step.of] = body
        if step.token and isinstance(body, str):
            credentials = self._stage.session.credentials
            values = {**credentials.values, step.token: body}
            self._stage.session.credentials = replace(credentials, values=values)

    def _meant(self, wanted: Any) -> Any:
        """What a key is to show; of a map the entries that are named, of an empty one that it is empty."""
        if isinstance(wanted, dict):
            return {self._filled(name): self._meant(value) for name, value in wanted.items()}
        if isinstance(wanted, list):
            return [self._meant(one) for one in wanted]
        return self._filled(wanted) if isinstance(wanted, str) else wanted

    def _items(self, items: list[Any], exchange: Exchange) -> Iterator[Complaint]:
        step = self._step
        for key, pattern in step.each.items():
            meant = self._pattern(pattern)
            odd = [one for one in _values(items, key) if not re.fullmatch(meant, str(one))]
            if odd:
                yield self._complaint(f"an item has {odd[0]!r} as its {key}", odd[0], meant, exchange, key)
        for key, pattern in step.some.items():
            if not any(re.fullmatch(self._pattern(pattern), str(one)) for one in _values(items, key)):
                yield self._complaint(f"no item has such a {key}", len(items), pattern, exchange, key)
        for names, there in ((step.lists, True), (step.omits, False)):
            for name in names:
                thing = self._cast[name]
                if any(self._is(item, thing) for item in items) is not there:
                    told = f"{name} is {'missing' if there else 'listed'}"
                    yield self._complaint(told, not there, there, exchange, f"{name} listed")
        for name, keys in step.has.items():
            item = next((one for one in items if self._is(one, self._cast[name])), None)
            yield from self._shown(item, keys, exchange)
        yield from self._in_order(items, exchange)
        things = [self._cast[name] for name in step.only or ()]
        if step.only is not None and not self._only(items, things):
            told = f"not just {', '.join(step.only) or 'nothing'} in the list"
            yield self._complaint(told, f"{len(items)} items", f"{len(things)} items", exchange, "only")

    def _in_order(self, items: list[Any], exchange: Exchange) -> Iterator[Complaint]:
        things = [self._cast[name] for name in self._step.ordered]
        places = [next((n for n, item in enumerate(items) if self._is(item, one)), -1) for one in things]
        if -1 in places or places != sorted(places):
            told = f"not {', '.join(self._step.ordered)} in this order"
            yield self._complaint(told, str(places), "rising places", exchange, "order")

    def _only(self, items: list[Any], things: list[Thing]) -> bool:
        return len(items) == len(things) and all(any(self._is(item, one) for item in items) for one in things)

    def _is(self, item: Any, thing: Thing) -> bool:
        """Whether an item of a list is a thing; a bare one is its id."""
        key = thing.resource.id
        shown = {key: item} if key and isinstance(item, str) else item
        return self._stage.is_item(shown, thing)

    def _complaint(self, message: str, shown: Any, wanted: Any, exchange: Exchange, key: str = "") -> Complaint:
        told = f"{message}: {self._story.title}"
        return Complaint(
            told, repr(shown)[:200], repr(wanted)[:200], f"{self._cause} {key}", self._step.evidence, exchange
        )


def _hangs_on(thing: Thing, holder: Thing) -> bool:
    """Whether a thing was made on another one, and goes with it."""
    return any(
        reference.resource == holder.resource.name and thing.sent.get(name) == str(holder.get(reference.key))
        for name, reference in thing.action.parts.items()
    )


def _day(moment: str, form: str) -> str:
    """The date of a moment, or one so many days later or earlier."""
    day, away = _moment(moment).date(), int(form.lstrip("plusmin") or 0) if form != "day" else 0
    return str(day + timedelta(days=-away if form.startswith("minus") else away))


def _moment(text: str) -> datetime:
    """The moment a text is; raises ``Blocked``."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Blocked(f"{text[:40]!r} is no moment") from None


def _later(moment: Any, seconds: int) -> str:
    """A moment so many seconds later, in the form it has; another text as it is."""
    try:
        return str(datetime.fromisoformat(str(moment)) + timedelta(seconds=seconds))
    except ValueError:
        return str(moment)


def _values(items: list[Any], key: str) -> list[Any]:
    """The values of one key in the items of a list; an item that is no object stands for itself."""
    return [item.get(key) if isinstance(item, dict) else item for item in items]
