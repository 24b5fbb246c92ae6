"""The KopiCloud AD API: a REST front of one Active Directory domain and its Windows DNS."""

from mockserver.apis.kopicloud_ad.admin import ADMIN, accounts, credentials, event_lines
from mockserver.apis.kopicloud_ad.conventions import KopiCloudConventions
from mockserver.apis.kopicloud_ad.handlers import HANDLERS
from mockserver.apis.kopicloud_ad.models import KINDS
from mockserver.apis.kopicloud_ad.seeds.large import large
from mockserver.apis.kopicloud_ad.seeds.plant import plant
from mockserver.apis.kopicloud_ad.seeds.schema import SEED_SCHEMA
from mockserver.apis.kopicloud_ad.settings import SETTINGS
from mockserver.kernel.api import Api

API = Api(
    name="kopicloud-ad",
    title="KopiCloud AD API",
    kinds=KINDS,
    settings=SETTINGS,
    handlers=HANDLERS,
    conventions=KopiCloudConventions,
    plant=plant,
    seed_schema=SEED_SCHEMA,
    generators={"large": large},
    admin=ADMIN,
    events=event_lines,
    credentials=credentials,
    accounts=accounts,
)
