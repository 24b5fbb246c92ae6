"""What databases and collections have in common: fields, and what becomes of those who unsubscribe."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockserver.apis.copernica.models.structure import Collection, Database
from mockserver.apis.copernica.service import fields, unsubscribe
from mockserver.apis.copernica.v1.handlers import shapes
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Batch, Call, Done
from mockserver.kernel.work import Work

PlaceOf = Callable[[Work, Call], Database] | Callable[[Work, Call], Collection]


class _Places:
    """The operations on one kind of place; ``place_of`` finds the one that ``parameter`` of an address names."""

    def __init__(self, parameter: str, place_of: PlaceOf) -> None:
        self._parameter = parameter
        self._of: Callable[[Work, Call], Database | Collection] = place_of

    def list_fields(self, work: Work, call: Call) -> Done:
        place = self._of(work, call)
        shown = [shapes.field(one) for one in fields.listed(work, place, call.page)]
        return Done(Batch(shown, lambda: fields.count(work, place)))

    def create_field(self, work: Work, call: Call) -> Done:
        place = self._of(work, call)
        return self._done(place, fields.create(work, place, **call.body).id)

    def update_field(self, work: Work, call: Call) -> Done:
        place = self._of(work, call)
        field = fields.numbered(work, place, call.arguments["fieldId"])
        return self._done(place, fields.change(work, field, call.body or {}).id)

    def delete_field(self, work: Work, call: Call) -> Done:
        field = fields.meant(work, self._of(work, call), call.arguments["fieldId"])
        fields.delete(work, field)
        return Done(id=field.id)

    def get_unsubscribe(self, work: Work, call: Call) -> Done:
        return Done(shapes.unsubscribe(work, self._of(work, call)))

    def update_unsubscribe(self, work: Work, call: Call) -> Done:
        place, values = self._of(work, call), call.body.get("fields", {})
        unsubscribe.configure(work, place, behavior=call.body["behavior"], values=values)
        return self._done(place, place.id)

    def _done(self, place: Database | Collection, id_: str) -> Done:
        return Done(id=id_, ids={self._parameter: place.id})


def operations(kind: str, parameter: str, place_of: PlaceOf) -> Mapping[str, Handler]:
    """The operations by id; ``kind`` is Database or Collection."""
    places = _Places(parameter, place_of)
    return {
        f"list{kind}Fields": places.list_fields,
        f"create{kind}Field": places.create_field,
        f"update{kind}Field": places.update_field,
        f"delete{kind}Field": places.delete_field,
        f"get{kind}Unsubscribe": places.get_unsubscribe,
        f"update{kind}Unsubscribe": places.update_unsubscribe,
    }
