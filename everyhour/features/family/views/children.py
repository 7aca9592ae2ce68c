"""A child as the family tells of it: who they are, what is hard, what is not wanted, what they need."""

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
from everyhour.features.family import dayline, words
from everyhour.features.family.forms import ChildForm, DayForm, HardForm, HelpsForm, WishesForm
from everyhour.features.family.pages import show
from everyhour.foundation.ui.flash import say


@guardian
def new(request: InFamily) -> HttpResponse:
    """Add a child; who came to bring moments along goes back to that."""
    me, today = request.place.caregiver, timezone.now().date()
    form = (
        ChildForm(request.POST, today=today) if request.method == "POST" else ChildForm(today=today)
    )
    if request.method == "POST" and form.is_valid():
        child = actions.add_child(**form.told, by=me, at=timezone.now())
        if request.GET.get("then") == "bring":
            return redirect("bring")
        say(request, _("Added. You can add more about them here whenever you like."))
        return redirect("child", child.pk)
    return show(request, "child_new", form=form)


@guardian
def child(request: InFamily, child_id: str) -> HttpResponse:
    """Show and change what is told of a child."""
    child = found(request, child_id)
    data = request.POST if request.method == "POST" else None
    today = timezone.now().date()
    who = ChildForm(data, today=today) if data is not None else ChildForm.of(child, today=today)
    day, hard = DayForm(data, initial=child.day), HardForm(data, initial={"hard": child.hard})
    helps = HelpsForm(data, helps=child.helps)
    wishes = WishesForm(
        data,
        initial={
            "no_touch": child.no_touch,
            **{name: child.private(name) for name in Child.SEALED},
        },
    )
    if data is not None and all(form.is_valid() for form in (who, day, hard, helps, wishes)):
        told = {**who.told, **day.told, **hard.cleaned_data, **helps.told, **wishes.cleaned_data}
        actions.change_child(child, **told, by=request.place.caregiver, at=timezone.now())
        say(request, _("Saved."))
        return redirect("child", child.pk)
    context: dict[str, Any] = {
        "child": child,
        "name": words.child_name(child),
        "never": [title for slug, title in words.practices() if slug in child.never],
        "first": words.FIRST,
        "wrong": first_wrong(hard, helps, wishes, day, who) if data is not None else "",
        "who": who,
        "day": day,
        "hard": hard,
        "helps": helps,
        "wishes": wishes,
        "change": big_changes(child, request).last(),
    }
    return show(request, "child", **context, **dayline.of_times(dayline.told(day, words.TIMES)))


@guardian
def never(request: InFamily, child_id: str) -> HttpResponse:
    """Show every activity, and which of them are never suggested for this child."""
    child = found(request, child_id)
    known = words.practices()
    if request.method == "POST":
        chosen = set(request.POST.getlist("never"))
        gone = [
            slug for slug in child.never if slug not in dict(known)
        ]  # of an older library; it may come back
        slugs = [*gone, *(slug for slug, _title in known if slug in chosen)]
        actions.change_child(child, never=slugs, by=request.place.caregiver, at=timezone.now())
        say(request, _("Saved. These won’t come up again."))
        return redirect("child", child.pk)
    return show(
        request,
        "never",
        child=child,
        name=words.child_name(child),
        known=known,
        back=reverse("child", args=[child.pk]),
    )


@guardian
@require_POST
def big_change(request: InFamily, child_id: str) -> HttpResponse:
    """Hear that something big changed, without asking what; or take that back."""
    child, me, at = found(request, child_id), request.place.caregiver, timezone.now()
    if "undo" not in request.POST:
        actions.record_big_change(child, by=me, at=at)
        sentence = _("Thanks for telling us. From tomorrow, what helped before counts for less.")
        say(request, sentence, undo=reverse("big-change", args=[child.pk]))
    elif last := big_changes(child, request).last():
        actions.undo_big_change(last, by=me, at=at)
        say(request, _("Undone. What helped before counts in full again."))
    return redirect("child", child.pk)


def big_changes(child: Child, request: InFamily) -> QuerySet[BigChange]:
    """Give what was told here of big changes; another home tells of its own."""
    return child.big_changes.filter(household=request.place.caregiver.household_id)


def first_wrong(*forms) -> str:
    """Name the place on the page of the first field that needs another look."""
    return next(
        (form[name].id_for_label for form in forms for name in form.errors if name in form.fields),
        "main",
    )


def found(request: InFamily, child_id: str) -> Child:
    """Find a child through one's own household; what is told of a child stays where the child lives."""
    found = get_object_or_404(request.place.caregiver.household.children, pk=child_id)
    found.family = request.place.caregiver.family  # with its key opened once
    return found
