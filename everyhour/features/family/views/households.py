"""More than one home for a child, and what each shows the other."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from everyhour.domain.families import actions
from everyhour.domain.families.actions import ActionRefused
from everyhour.domain.families.models import Caregiver, HouseholdShare, Level
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.features.family import words
from everyhour.features.family.forms import HouseholdForm
from everyhour.features.family.pages import show
from everyhour.foundation.ui.flash import say


@guardian
def new(request: InFamily) -> HttpResponse:
    """Open a second home, without asking anybody; nothing is shown between the two until somebody chooses to."""
    me = request.place.caregiver
    everybody = {"moving": "later", "children": [child.pk for child in me.household.children.all()]}
    form = HouseholdForm(request.POST or None, by=me, initial=everybody)
    refused = ""
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        chosen = {
            "givers": me.household.caregivers.present().filter(pk__in=told["givers"]),
            "children": me.household.children.filter(pk__in=told["children"]),
        }
        try:
            actions.open_household(
                name=told["name"], moving=told["moving"] == "me", **chosen, by=me, at=timezone.now()
            )
        except ActionRefused as reason:
            refused = str(reason)
        else:
            say(
                request,
                _(
                    "The second home is added. Neither home sees the other until one of them shares."
                ),
            )
            return redirect("sharing")
    return show(
        request, "household_new", form=form, refused=refused, status=409 if refused else 200
    )


@guardian
def sharing(request: InFamily) -> HttpResponse:
    """Say what the other homes of a child see of ours; what they show us is theirs to say."""
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
    return show(request, "sharing", pairs=shared, levels=words.levels())


def pairs(me: Caregiver) -> list[dict]:
    """Give each child with each other home it lives in: what they see of us, and what we see of them."""
    labels = dict(words.levels())
    shown = {
        (s.child_id, s.of_id, s.to_id): s.level
        for s in HouseholdShare.objects.filter(child__family=me.family_id)
    }
    return [
        {
            "child": child,
            "name": words.child_name(child),
            "home": home,
            "field": f"{child.pk}:{home.pk}",
            "level": shown.get((child.pk, me.household_id, home.pk), Level.NOTHING),
            "back": labels[shown.get((child.pk, home.pk, me.household_id), Level.NOTHING)],
        }
        for child in me.household.children.prefetch_related("households")
        for home in child.households.all()
        if home.pk != me.household_id
    ]
