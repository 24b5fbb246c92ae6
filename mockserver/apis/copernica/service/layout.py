"""What the profiles of a database, or the subprofiles of a collection, can hold: its fields, read once per request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.structure import Collection, Database, Field
from mockserver.apis.copernica.service import fields
from mockserver.apis.copernica.service.values import default, normalised
from mockserver.kernel.errors import BadInput
from mockserver.kernel.names import nearest
from mockserver.kernel.work import Work


class Layout:
    """The fields of one database or collection. Defaults are made when needed: a row usually has all its values."""

    def __init__(self, work: Work, place: Database | Collection) -> None:
        self.place = place
        self.fields = fields.listed(work, place)
        self.named = {one.name: one for one in self.fields}
        self._defaults: dict[str, str] = {}
        self._strict = work.settings.get("strict-keys", False)

    def read(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Values by ids of fields, from what a client sends by names.

        Unknown names are ignored; ``BadInput`` where the setting ``strict-keys`` wants it (UNKNOWN-KEYS).
        """
        found = {}
        for name, value in given.items():
            field = self.named.get(name)
            if field is not None:
                found[field.id] = normalised(field, value)
            elif self._strict:
                raise BadInput(f"unknown field {name[:80]!r}{nearest(name[:80], self.named)}", rule="UNKNOWN-KEYS")
        return found

    def fresh(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Values of a new profile or subprofile: defaults where nothing is given."""
        return self._whole(self.read(given))

    def differing(self, values: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
        """What of the wanted values, by ids of fields, is not what some values are already."""
        known = values if values.keys() >= wanted.keys() else self._whole(values)
        return {key: text for key, text in wanted.items() if known[key] != text}

    def shown(self, values: Mapping[str, str]) -> dict[str, str]:
        """Values by names of fields, in the order of the fields."""
        try:
            return {name: values[field.id] for name, field in self.named.items()}
        except KeyError:  # made before some of the fields
            return self.shown(self._whole(values))

    def _whole(self, values: Mapping[str, str]) -> dict[str, str]:
        """Values with the defaults of those that are not there."""
        return {one.id: values[one.id] if one.id in values else self._default(one) for one in self.fields}

    def _default(self, field: Field) -> str:
        known = self._defaults.get(field.id)
        if known is None:
            known = self._defaults[field.id] = default(field)
        return known
