"""A child's page: details, what is never suggested, and big changes."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everyhour.domain.families import actions
from everyhour.domain.families.models import BigChange, Child
from everyhour.domain.families.permissions import InFamily, guardian
from everyhour.domain.recommendations import context
from everyhour.domain.recommendations.advisor import NO_CARE_TOUCH_FROM
from everyhour.features.family import dayline, wording
from everyhour.features.family.forms import ChildForm, DayForm, HardForm, HelpsForm, WishesForm
from everyhour.features.family.pages import show
from everyhour.foundation.accounts.views.navigation import next_page
from everyhour.foundation.ui.flash import say
from everyhour.foundation.ui.kept import kept_offline


@guardian
@kept_offline
def new(request: InFamily) -> HttpResponse:
    """Add a child; then show the page in ?next, or with ?then=bring the moments on the phone."""
    me, today = request.place.caregiver, timezone.now().date()
    form = ChildForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        child = actions.add_child(**form.details, by=me, at=timezone.now())
        if request.GET.get("then") == "bring":
            return redirect("bring")
        if then := next_page(request):
            added = _("%(name)s was added. There’s room for more about them in Family.")
            say(request, added % {"name": wording.child_name(child)})
            return redirect(then)
        say(request, _("Added. You can add more about them here whenever you like."))
        return redirect("child", child.pk)
    return show(request, "child_new", form=form, then=next_page(request))


@guardian
@kept_offline
def child(request: InFamily, child_id: str) -> HttpResponse:
    """Show and change a child's details."""
    child = find_child(request, child_id)
    data = request.POST if request.method == "POST" else None
    today = timezone.now().date()
    who = ChildForm.for_child(child, data=data, today=today)
    day, hard = DayForm(data, initial=child.day), HardForm(data, initial={"hard": child.hard})
    helps = HelpsForm(data, helps=child.helps)
    wishes = WishesForm(
        data,
        initial={
            "no_touch": child.no_touch,
            "care_touch": child.care_touch,
            **{name: child.private(name) for name in Child.SEALED},
        },
    )
    if data is not None and all(form.is_valid() for form in (who, day, hard, helps, wishes)):
        details = {
            **who.details,
            **day.details,
            **hard.cleaned_data,
            **helps.details,
            **wishes.cleaned_data,
        }
        actions.change_child(child, **details, by=request.place.caregiver, at=timezone.now())
        say(request, _("Saved."))
        return redirect("child", child.pk)
    shown: dict[str, Any] = {
        "child": child,
        "name": wording.child_name(child),
        "never": [title for slug, title in wording.practices() if slug in child.never],
        "first": wording.FIRST,
        "wrong": first_wrong(hard, helps, wishes, day, who) if data is not None else "",
        "who": who,
        "day": day,
        "hard": hard,
        "helps": helps,
        "wishes": wishes,
        "asks_care_touch": may_want_care_touch(child, today),
        "change": big_changes(child, request).last(),
    }
    return show(
        request, "child", **shown, **dayline.draw_times(dayline.form_values(day, wording.TIMES))
    )


@guardian
@kept_offline
def never(request: InFamily, child_id: str) -> HttpResponse:
    """List every activity, and choose which are never suggested for this child."""
    child = find_child(request, child_id)
    known = wording.practices()
    if request.method == "POST":
        chosen = set(request.POST.getlist("never"))
        # Slugs that are not in the library now may come back with another version of it.
        missing = [slug for slug in child.never if slug not in dict(known)]
        slugs = [*missing, *(slug for slug, _title in known if slug in chosen)]
        actions.change_child(child, never=slugs, by=request.place.caregiver, at=timezone.now())
        say(request, _("Saved. These won’t come up again."))
        return redirect("child", child.pk)
    return show(
        request,
        "never",
        child=child,
        name=wording.child_name(child),
        known=known,
        back=reverse("child", args=[child.pk]),
    )


@guardian
@require_POST
def big_change(request: InFamily, child_id: str) -> HttpResponse:
    """Record that something big changed, or undo the latest record of this home."""
    child, me, at = find_child(request, child_id), request.place.caregiver, timezone.now()
    if "undo" not in request.POST:
        actions.record_big_change(child, by=me, at=at)
        sentence = _("Thanks for telling us. From tomorrow, what helped before counts for less.")
        say(request, sentence, undo=reverse("big-change", args=[child.pk]))
    elif last := big_changes(child, request).last():
        actions.undo_big_change(last, by=me, at=at)
        say(request, _("Undone. What helped before counts in full again."))
    return redirect("child", child.pk)


def may_want_care_touch(child: Child, today: date) -> bool:
    """Return whether to ask about touch at dressing, bath and bed: not from ten years on."""
    months = context.age_in_months(child, (today.year, today.month))
    return months is None or months < 12 * NO_CARE_TOUCH_FROM


def big_changes(child: Child, request: InFamily) -> QuerySet[BigChange]:
    """Return the big changes that this home recorded."""
    return child.big_changes.filter(household=request.place.caregiver.household_id)


def first_wrong(*forms) -> str:
    """Return the HTML id of the first invalid field, or "main"."""
    return next(
        (
            form[name].id_for_label
            or form[name].auto_id  # a group of boxes has no label of its own
            for form in forms
            for name in form.errors
            if name in form.fields
        ),
        "main",
    )


def find_child(request: InFamily, child_id: str) -> Child:
    """Return a child of the caregiver's own household, or raise 404."""
    found = get_object_or_404(request.place.caregiver.household.children, pk=child_id)
    found.family = request.place.caregiver.family  # reuse the instance with its opened key
    return found
