"""Faults of the KopiCloud AD API."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Labels of the baseline seed's credentials by the variable a run reads them from.
CREDENTIALS: Mapping[str, str] = MappingProxyType(
    {
        "APITWIN_TOKEN": "twin-admin",
        "APITWIN_EXPIRED_TOKEN": "twin-expired",
        "APITWIN_DISABLED_TOKEN": "twin-disabled",
        "APITWIN_TOKEN_AD": "basic-api.ad",
        "APITWIN_TOKEN_DNS": "basic-api.dns",
        "APITWIN_TOKEN_SECURITY": "basic-api.security",
    }
)
