"""Regular tasks of submissions."""

from datetime import datetime

from everyhour.foundation.submissions.middleware import KEPT_FOR
from everyhour.foundation.submissions.models import Submission


def delete_old(at: datetime) -> None:
    Submission.objects.filter(at__lt=at - KEPT_FOR).delete()
