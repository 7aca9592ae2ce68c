"""How this room answers: what was done is said on the next page, with a way to undo it."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from everyhour.domain.families.models import Child
from everyhour.domain.families.permissions import InFamily
from everyhour.features.rhythm import words

KEPT = "rhythm taken out"
WRONG = 422


def show(request: HttpRequest, template: str, *, status: int = 200, **context) -> HttpResponse:
    return render(request, f"rhythm/{template}.html", {"nav": "family", **context}, status=status)


def sent(request: HttpRequest) -> QueryDict | None:
    """Give what was sent, also when it is empty; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def found(request: InFamily, child_id: str) -> Child:
    """Find a child through one's own home."""
    child = get_object_or_404(request.place.caregiver.household.children, pk=child_id)
    child.family = request.place.caregiver.family
    return child


def children_around(request: InFamily) -> list[tuple[Child, str]]:
    return [
        (child, words.child_name(child))
        for child in request.place.caregiver.household.children.all()
    ]
