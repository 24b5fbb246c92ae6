"""A name in a seed that nothing has is an error with file, place and the nearest name that something has."""

from __future__ import annotations

from pathlib import Path

import pytest

from apitwin import data
from mockserver.app import Options, build
from mockserver.kernel.seeds import SeedError

DANGLING = [
    ("manager: ann.lee,", "manager: ann.le,", r'users["Kopi/Staff"][1].manager: no user', "ann.le", "ann.lee"),
    (
        "members: [api.ad]",
        "members: [api.da]",
        r'groups["Kopi/Groups"][0].members[0]: no user or group',
        "api.da",
        "api.ad",
    ),
    (
        "  Kopi/Staff/Sales:",
        "  Kopi/Staff/Sale:",
        r'users["Kopi/Staff/Sale"]: no OU',
        "Kopi/Staff/Sale",
        "Kopi/Staff/Sales",
    ),
    ("  Domain Admins: [", "  Domain Admin: [", r'members["Domain Admin"]: no group', "Domain Admin", "Domain Admins"),
    (
        "name: twin-admin, user: apiadmin",
        "name: twin-admin, user: apiadmn",
        "tokens.jwt[0].user: no user",
        "apiadmn",
        "apiadmin",
    ),
    ("basic: [apiadmin,", "basic: [apiadmn,", "tokens.basic[0]: no user", "apiadmn", "apiadmin"),
    (
        "SecurityGroup: API Security",
        "SecurityGroup: API Securty",
        "settings.APISecurityGroup: no group",
        "API Securty",
        "API Security",
    ),
    (
        "DNSZone: kopicloud.local",
        "DNSZone: kopicloud.locl",
        "settings.DNSZone: no zone",
        "kopicloud.locl",
        "kopicloud.local",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "place", "name", "nearest"), DANGLING, ids=[each[1] for each in DANGLING])
def test_a_name_of_nothing(tmp_path: Path, right: str, wrong: str, place: str, name: str, nearest: str) -> None:
    seeds = tmp_path / "kopicloud-ad" / "seeds"
    seeds.mkdir(parents=True)
    baseline = (data.fixtures_dir() / "kopicloud-ad" / "seeds" / "baseline.yaml").read_text("utf-8")
    assert right in baseline
    (seeds / "wrong.yaml").write_text(baseline.replace(right, wrong, 1), "utf-8")
    with pytest.raises(SeedError) as caught:
        build(["kopicloud-ad"], Options(seed="wrong", fixtures=tmp_path))
    assert str(caught.value) == f"{seeds / 'wrong.yaml'}: {place} {name!r} (did you mean {nearest!r}?)"
