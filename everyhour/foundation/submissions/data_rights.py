"""Data rights of submissions: nothing to export, deleted with the account."""

from datetime import datetime

from everyhour.foundation.data_rights import Contributor, ExportTable, Import, Rows
from everyhour.foundation.submissions.models import Submission

SUBMISSIONS = ExportTable(
    "submissions.Submission",
    "submissions",
    (),
    kept_back=dict.fromkeys(
        Submission.personal, "only says that this server has a form already, for thirty days"
    ),
)


def export(person) -> dict[str, Rows]:
    return {}


def load(loading: Import) -> None:
    """Import nothing: an export has no submissions."""


def erase(person, at: datetime) -> None:
    """Do nothing: deleting the account deletes these rows by cascade."""


CONTRIBUTOR = Contributor("submissions", (SUBMISSIONS,), export, load, erase)
