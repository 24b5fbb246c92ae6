"""Faults of the Copernica REST API, version 1."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Labels of the baseline seed's credentials by the variable a run reads them from.
CREDENTIALS: Mapping[str, str] = MappingProxyType({"APITWIN_TOKEN": "Roasters", "APITWIN_TOKEN_OTHER": "Millers"})
