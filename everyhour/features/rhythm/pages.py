"""What the views of usual days share: rendering, and finding children of one's own home."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from everyhour.domain.families.models import Child
from everyhour.domain.families.permissions import InFamily
from everyhour.features.rhythm import wording

DELETED = "rhythm deleted"  # session key: the columns of the row deleted last
INVALID = 422


def show(request: HttpRequest, template: str, *, status: int = 200, **context) -> HttpResponse:
    return render(request, f"rhythm/{template}.html", {"nav": "family", **context}, status=status)


def post_data(request: HttpRequest) -> QueryDict | None:
    """Return the POST data, even if empty, or None for another method."""
    return request.POST if request.method == "POST" else None


def find_child(request: InFamily, child_id: str) -> Child:
    """Return a child of the caregiver's own home, or raise 404."""
    child = get_object_or_404(request.place.caregiver.household.children, pk=child_id)
    child.family = request.place.caregiver.family  # reuse the instance with its opened key
    return child


def children_of_home(request: InFamily) -> list[tuple[Child, str]]:
    """Return the children of the caregiver's home with their names."""
    children = request.place.caregiver.household.children.all()
    return [(child, wording.child_name(child)) for child in children]
