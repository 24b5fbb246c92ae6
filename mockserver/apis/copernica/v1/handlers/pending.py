"""Temporary: stands in for every operation that is not served yet, so that the twin runs while it is being built."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mockserver.kernel.api import Handler
from mockserver.kernel.errors import ApiError, RuleBroken
from mockserver.kernel.http import Call
from mockserver.kernel.work import Work

OPERATIONS = """
    getIdentity exchangeOauthCode listDatabases createDatabase getDatabase updateDatabase getDatabaseUnsubscribe
    updateDatabaseUnsubscribe listDatabaseFields createDatabaseField updateDatabaseField deleteDatabaseField
    listDatabaseInterests createDatabaseInterest listDatabaseCollections createDatabaseCollection
    listDatabaseProfiles updateDatabaseProfiles createProfile listDatabaseProfileIds listDatabaseViews
    createDatabaseView getView updateView deleteView listViewProfiles listViewProfileIds listViewRules
    createViewRule getViewRule listViewViews createViewView getRule updateRule deleteRule listRuleConditions
    createRuleCondition updateRuleCondition getProfile updateProfile deleteProfile listProfileEvents
    getProfileFields updateProfileFields getProfileInterests setProfileInterests addProfileInterests
    listProfileSubprofiles updateProfileSubprofiles createProfileSubprofile getSubprofileFields
    updateSubprofileFields requestProfileData getCollection updateCollection listCollectionFields
    createCollectionField updateCollectionField deleteCollectionField listCollectionMiniviews
    createCollectionMiniview listCollectionSubprofiles listCollectionSubprofileIds getCollectionUnsubscribe
    updateCollectionUnsubscribe getMiniview updateMiniview deleteMiniview listMiniviewSubprofiles
    listMiniviewSubprofileIds listMiniviewRules createMiniviewRule getMiniviewRule getMinirule updateMinirule
    deleteMinirule listMiniruleConditions createMiniruleCondition updateMiniruleCondition getSubprofile
    deleteSubprofile listSubprofileEvents requestSubprofileData requestEmailData getDatarequestStatus
    getDatarequestData getDatarequest getEmailingDocument getMessage getMessageBody listMessageEvents
    getOldMessage listOldMessageEvents listTemplateEvents listOldTemplateEvents listOldDocumentEvents
    listEmailEvents listTagEvents listImpressions listLogfileDates getLogfileCsv listLogfileNames
    getLogfileCsvWithHeader getLogfileJson getLogfileXml
"""


def not_served(work: Work, call: Call) -> ApiError:
    """Says so."""
    return RuleBroken(f"{call.operation.id} is not served yet")


def pending(served: Collection[str]) -> Mapping[str, Handler]:
    """The stand-in under the id of every operation that is not served."""
    return {name: not_served for name in OPERATIONS.split() if name not in served}
