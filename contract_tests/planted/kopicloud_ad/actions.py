"""Actions on accounts that have no effect, or another one."""

from __future__ import annotations

from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import losing
from contract_tests.planted.fault import fault, never, patched
from contract_tests.planted.kopicloud_ad.tools import after, resaved, without_links
from mockserver.apis.kopicloud_ad.service import policy, users
from mockserver.kernel.errors import RuleBroken


def _idle(_: Any) -> Any:
    """An action that answers the user and does nothing."""
    return lambda work, user: user


def _only_once(good: Any) -> Any:
    """What is disabled cannot be disabled."""

    def disable(work: Any, user: Any) -> Any:
        if not user.enabled:
            raise RuleBroken("the account is disabled already")
        return good(work, user)

    return disable


FAULTS = (
    fault(
        "disable-does-nothing",
        "a disabled account logs on",
        "story status-fits-situation",
        patched(users, "disable", _idle),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "enable-does-nothing",
        "an enabled account does not log on",
        "story status-fits-situation",
        patched(users, "enable", _idle),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "reset-does-nothing",
        "the old password is good after a reset",
        "story status-fits-situation",
        patched(users, "reset_password", lambda good: lambda work, name, **_: users.named(work, name)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "disable-resets",
        "a disabled user may not log on over RDS",
        "acting-keeps-fields",
        patched(users, "disable", after(lambda work, one: resaved(work, one, rds_allow_logon=False))),
    ),
    fault(
        "unlock-answers-another",
        "unlocking answers another user",
        "acting-keeps-fields answers-show-the-result",
        patched(users, "unlock", lambda good: lambda work, user: users.named(work, "Administrator")),
    ),
    fault(
        "act-once",
        "disabling twice is refused",
        "acting-keeps-fields status-fits-situation",
        patched(users, "disable", _only_once),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "reset-ignores-flag",
        "a reset does not say that the password must be changed",
        "acting-sets-flags",
        losing("ChangePassword", "resetUserPassword"),
    ),
    fault(
        "simple-passwords",
        "any password will do",
        "story status-fits-situation",
        patched(policy, "check_password", never()),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "update-enables",
        "a change of a disabled account enables it",
        "story",
        patched(users, "update", after(lambda work, one: resaved(work, one, enabled=True))),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "update-ends-memberships",
        "a changed user is in no group",
        "links-follow",
        patched(users, "update", after(without_links)),
    ),
    fault(
        "disable-ends-memberships",
        "a disabled user is in no group",
        "links-follow",
        patched(users, "disable", after(without_links)),
    ),
)
