"""One function per operation, by operation id: unpack, one call, wrap. Each module lists its own as ``HANDLERS``."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.v1.handlers import (
    account,
    collections,
    conditions,
    databases,
    datarequests,
    events,
    logfiles,
    messages,
    minirules,
    miniviews,
    oauth,
    profiles,
    rules,
    subprofiles,
    views,
)
from mockserver.kernel.api import Handler

HANDLERS: Mapping[str, Handler] = {
    **account.HANDLERS,
    **oauth.HANDLERS,
    **databases.HANDLERS,
    **collections.HANDLERS,
    **profiles.HANDLERS,
    **subprofiles.HANDLERS,
    **messages.HANDLERS,
    **events.HANDLERS,
    **logfiles.HANDLERS,
    **datarequests.HANDLERS,
    **views.HANDLERS,
    **rules.HANDLERS,
    **conditions.HANDLERS,
    **miniviews.HANDLERS,
    **minirules.HANDLERS,
}
