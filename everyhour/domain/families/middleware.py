"""Which place in which family the person has who is asking."""

from django.utils.functional import cached_property

CHOSEN = "family"  # in the session, for those who belong to several


class Place:
    """Finds the caregiver's place at its first use, so that public pages never ask the database."""

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
    """Give every request its `place`; `request.place.caregiver` is None for a guest and for somebody without a family."""

    def middleware(request):
        request.place = Place(request)
        return get_response(request)

    return middleware
