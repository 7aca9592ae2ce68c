"""A second home for a child, and what each home shows the other."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver, HouseholdShare, Level
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.features.family import wording
from everyhour.features.family.forms import HouseholdForm
from everyhour.features.family.pages import show
from everyhour.foundation.ui.flash import say


@guardian
def new(request: InFamily) -> HttpResponse:
    """Open a second home, without asking anyone; neither sees the other until it shares."""
    me = request.place.caregiver
    initial = {"moving": "later", "children": [child.pk for child in me.household.children.all()]}
    form = HouseholdForm(request.POST or None, by=me, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = {
            "givers": me.household.caregivers.present().filter(pk__in=data["givers"]),
            "children": me.household.children.filter(pk__in=data["children"]),
        }
        try:
            actions.open_household(
                name=data["name"], moving=data["moving"] == "me", **chosen, by=me, at=timezone.now()
            )
        except ActionRefused as reason:
            refused = str(reason)
        else:
            say(
                request,
                _(
                    "The second home is added. "
                    "Neither home sees the other until one of them shares."
                ),
            )
            return redirect("sharing")
    return show(
        request, "household_new", form=form, refused=refused, status=409 if refused else 200
    )


@guardian
def sharing(request: InFamily) -> HttpResponse:
    """Set what the other homes of a child see of ours; show what they share with us."""
    me = request.place.caregiver
    shared = pairs(me)
    if request.method == "POST":
        for pair in shared:
            level = request.POST.get(pair["field"], pair["level"])
            if level in Level.values and level != pair["level"]:
                actions.share_time(
                    pair["child"], to=pair["home"], level=level, by=me, at=timezone.now()
                )
        say(request, _("Saved. This starts right away, for earlier moments too."))
        return redirect("sharing")
    return show(request, "sharing", pairs=shared, levels=wording.levels())


def pairs(me: Caregiver) -> list[dict]:
    """Return each child with each other home it lives in, and what the two share."""
    labels = dict(wording.levels())
    shown = {
        (share.child_id, share.of_id, share.to_id): share.level
        for share in HouseholdShare.objects.filter(child__family=me.family_id)
    }
    return [
        {
            "child": child,
            "name": wording.child_name(child),
            "home": home,
            "field": f"{child.pk}:{home.pk}",
            "level": shown.get((child.pk, me.household_id, home.pk), Level.NOTHING),
            "back": labels[shown.get((child.pk, home.pk, me.household_id), Level.NOTHING)],
        }
        for child in me.household.children.prefetch_related("households")
        for home in child.households.all()
        if home.pk != me.household_id
    ]
