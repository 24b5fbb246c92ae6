"""Faults of the Copernica REST API, version 1."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from contract_tests.planted.copernica_v1.consent import given

__all__ = ("CREDENTIALS", "given")

#: Labels of the baseline seed's credentials by the variable a run reads them from.
CREDENTIALS: Mapping[str, str] = MappingProxyType({"APITWIN_TOKEN": "Roasters", "APITWIN_TOKEN_OTHER": "Millers"})
