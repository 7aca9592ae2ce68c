"""Middleware that finds the caregiver behind a request."""

from django.utils.functional import cached_property

CHOSEN = "family"  # session key: the family chosen by someone in several


class Place:
    """The person's place in a family, queried on first use: public pages cost no query."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def caregiver(self):
        from everyhour.domain.families.models import Caregiver

        person = self.request.person
        if person is None:
            return None
        places = (
            Caregiver.objects.present().filter(person=person).select_related("family", "household")
        )
        chosen = self.request.session.get(CHOSEN)
        return next((p for p in places if p.family_id == chosen), None) or next(iter(places), None)


def caregiver(get_response):
    """Set `request.place`; its `caregiver` is None for guests and people without a family."""

    def middleware(request):
        request.place = Place(request)
        return get_response(request)

    return middleware
