"""Every address of a page is in `journeys/pages.py`, so that `test_looks.py` looks at it."""

from django.urls import Resolver404, resolve

from journeys.pages import VISITORS
from testing.test_architecture import views

# They answer taps, or programs, and show no page of their own.
NO_PAGE = {
    "account-language",
    "account-passkey-end",
    "account-session-end",
    "big-change",
    "caregiver-removal",
    "data-rights-cancel",
    "invitation-revocation",
    "live",
    "log-line",
    "manifest",
    "messages-mail",
    "messages-phone",
    "messages-phones",
    "messages-reach",
    "messages-try",
    "mine",
    "moment-change",
    "moment-note",
    "another",
    "moments-gone",
    "not-now",
    "nudge-answer",
    "nudges-pause",
    "nudges-skipped",
    "outbox",
    "child-bundle-never",
    "child-bundle",
    "library-favourite",
    "place",
    "offline-bundle",
    "offline-bundle-version",
    "offline-bundle-ways",
    "rest",
    "rhythm-calendar-removal",
    "rhythm-feed-read",
    "rhythm-part-removal",
    "rhythm-planned-removal",
    "rhythm-season-removal",
    "service-worker",
    "sign-in-passkey",
    "sign-out",
    "start",
    "week-fridge",
    "week-paper",
    "week-sunday-message",
}
# Only taps lead there, and journeys check them; or they are another page’s twin.
AFTER_TAPS = {
    "account-address-code",
    "account-recovery-codes",
    "confirm",
    "data-rights-imported",
    "library-edition",
    "messages-enough",
    "messages-opened",
    "nudges-agreement",
    "sign-in-code",
    "sign-in-second",
    "week-hour",
}


def swept() -> set[str | None]:
    names = set()
    for visitor in VISITORS.values():
        for address in visitor.pages.values():
            path = address.split("?")[0].replace("{}", "en")
            try:
                names.add(resolve(path).url_name)
            except Resolver404:
                continue  # the page of what is not found, and the crisis files
    return names


def test_every_page_is_swept():
    known = {view.name for view in views()} - {None}

    assert known - swept() - NO_PAGE - AFTER_TAPS == set()
    assert known >= NO_PAGE | AFTER_TAPS, "no such address any more"
