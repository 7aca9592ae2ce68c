"""Builds the world of `prove access`: moments, nudges, invitations and rhythms of its people."""

import hashlib
import uuid
from datetime import datetime, timedelta

from everyhour.domain.families.models import Caregiver, Invitation
from everyhour.domain.moments.models import Note
from everyhour.domain.nudges.models import Nudge, NudgeSettings
from everyhour.domain.rhythm.models import Feed, Season
from proofs.access_people import PeopleBuilder
from proofs.access_world import ALWAYS, AT, EX, GUARDIANS, NOBODY, OTHER, READERS, SECOND, World
from testing import make


class Builder(PeopleBuilder):
    """Creates all rows, and records who may read what."""

    def build(self) -> World:
        self._families()
        self._sessions()
        self._notifications()
        self._children()
        self._moments()
        self._invitations()
        self._nudges()
        self._rhythms()
        return self.world

    def _moments(self) -> None:
        """Create moments; each line says who gave it to whom, and who may read and write it."""
        own, giver = frozenset({"guardian"}), frozenset({"giver"})
        co, private = frozenset({"co-guardian"}), {"private": True}
        # Who reads the moment, who reads its note, and who writes to it.
        ours, mine = (READERS, READERS, GUARDIANS), (own, own, own)
        second, other = (SECOND, SECOND, SECOND), (OTHER, OTHER, OTHER)
        shown = (READERS | SECOND, READERS, GUARDIANS)
        givers = (READERS | giver, READERS | giver, GUARDIANS | giver)
        lines: list[tuple[str, str, str | None, tuple, dict]] = [
            ("of our home", "guardian", "wren", ours, {}),
            ("shown to the second home, without notes", "guardian", "robin", shown, {}),
            ("private", "guardian", "tern", mine, private),
            ("private, of a child in both homes", "guardian", "robin", mine, private),
            ("of the co-guardian, private", "co-guardian", "robin", (co, co, co), private),
            ("of the giver", "giver", "tern", givers, {}),
            ("got by the guardian", "guardian", None, ours, {}),
            ("taken out", "guardian", "tern", ours, {"deleted": True}),
            ("of who left", "ex-guardian", "tern", ours, {}),
            ("of who left, private", "ex-guardian", "tern", (EX, EX, NOBODY), private),
            ("of the second home", "second household", "wren", second, {}),
            ("of the second home, only its hour is shown", "second household", "robin", second, {}),
            ("of the second home, its own child", "second household", "lark", second, {}),
            ("got in the second home", "second household", None, second, {}),
            ("of the second home, private", "second household", "robin", second, private),
            ("of the other family", "other family", "swift", other, {}),
            ("got in the other family", "other family", None, other, {}),
        ]
        for hours, (what, by, child, access, columns) in enumerate(lines, 1):
            at = AT - timedelta(hours=2 * hours)
            self._moment(what, self.places[by], child, *access, at=at, **columns)

    def _moment(
        self,
        what: str,
        by: Caregiver,
        child: str | None,
        readers,
        note_readers,
        writers,
        *,
        at: datetime,
        **columns,
    ) -> None:
        key = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        title = by.family.seal(
            self.canary(f"the title of a moment {what}", readers), place=f"moment:{key}:title"
        )
        columns |= {"key": key, "title": title, "state_before": "alarm", "outcome": "settled"}
        moment = make.moment(by, child=self.children[child] if child else None, at=at, **columns)
        change, text = (
            str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            self.canary(f"the note of a moment {what}", note_readers),
        )
        Note.objects.create(
            moment=moment,
            change_key=change,
            by=by,
            at=at,
            text=by.family.seal(text, place=f"note:{key}:{change}"),
        )
        for canary in (moment.pk, moment.key):
            self.world.canaries[canary] = (f"the id of a moment {what}", sorted(readers))
        self.world.keys[moment.pk] = key
        self.world.thing("moment", what, moment.pk, readers - EX, writers, owner=by.family_id)

    def _nudges(self) -> None:
        """Create a nudge for each guardian; nobody else may answer it."""
        for role, name in (
            ("guardian", "wren"),
            ("co-guardian", "robin"),
            ("second household", "lark"),
            ("other family", "swift"),
        ):
            me, child = self.places[role], self.children[name]
            NudgeSettings.objects.create(
                family=me.family, caregiver=me, agreed_at=AT - timedelta(days=5)
            )
            columns = {
                "on": AT.date(),
                "zone": "America/Chicago",
                "situation": "bedtime",
                "practice": "wall-push",
                "state": "handed",
            }
            at = {
                "planned_at": AT,
                "handed_at": AT,
                "leads_to": AT + timedelta(minutes=30),
                "ends_at": AT + timedelta(minutes=30),
            }
            made = Nudge.objects.create(
                family=me.family,
                caregiver=me,
                child=child,
                household=me.household,
                rule="bed",
                **columns,
                **at,
            )
            self.world.canaries[made.pk] = (f"the id of a nudge of {role}", [role])
            self.world.thing("nudge", role, made.pk, [role], owner=me.family_id)

    def _invitations(self) -> None:
        rows = {
            "open": ("guardian", {}, None),
            "used": ("guardian", {"used_at": AT}, NOBODY),
            "revoked": ("guardian", {"revoked_at": AT}, NOBODY),
            "expired": ("guardian", {"expires_at": AT - timedelta(hours=1)}, NOBODY),
            "of the second home": ("second household", {}, None),
            "of the other family": ("other family", {}, None),
        }
        for what, (by, columns, openers) in rows.items():
            place, token = (
                self.places[by],
                hashlib.sha256(f"{what}{self.rng.random()}".encode()).hexdigest()[:43],
            )
            finders = {"guardian": GUARDIANS, "second household": SECOND, "other family": OTHER}[by]
            name = self.canary(f"the name in an invitation, {what}", finders)
            host = self.canary(f"the address in an invitation, {what}", finders)
            texts = {"name": name, "email": f"{host}@example.org"}
            digest = hashlib.sha256(token.encode()).hexdigest()
            columns = {
                "expires_at": ALWAYS,
                "token_digest": digest,
                "role": "guardian",
                **texts,
                **columns,
            }
            made = Invitation.objects.create(
                family=place.family, household=place.household, by=place, created_at=AT, **columns
            )
            self.world.thing("invitation", what, made.pk, finders, owner=place.family_id)
            everyone = [*self.world.sessions] if openers is None else NOBODY
            self.world.thing("token", what, token, everyone, owner=place.family_id)

    def _rhythms(self) -> None:
        """Create a part of the day, holidays, a plan, a calendar and a feed in each household."""
        theirs = self.other.households.get()
        homes = (
            ("our home", self.first, "wren", "guardian", READERS, GUARDIANS),
            ("the second home", self.second, "lark", "second household", SECOND, SECOND),
            ("the other family", theirs, "swift", "other family", OTHER, OTHER),
        )
        for what, home, name, role, readers, guardians in homes:
            child, by, owner = self.children[name], self.places[role], home.family_id
            # Holidays belong to the child, in either household.
            both = guardians | (SECOND if name == "wren" else NOBODY)
            details = {
                "name": self.canary(f"a part of the day in {what}", readers),
                "weekdays": [2],
                "begins": 17 * 60,
            }
            part = make.part(child, household=home, at=AT, **details)
            season = Season.objects.create(
                family=home.family,
                child=child,
                kind="holidays",
                name=self.canary(f"the holidays of {name}", both),
                first=AT,
                last=AT,
            )
            planned = make.planned(child, by=by, at=AT, transition=part.pk, practice="wall-push")
            calendar = make.calendar(
                home, by=by, at=AT, name=self.canary(f"a calendar of {what}", guardians)
            )
            host = self.canary(f"the address of a calendar of {what}", guardians)
            address = f"https://{host}.example.org/"
            calendar.address = home.family.seal(address, place=calendar.seal_place("address"))
            calendar.save()
            for kind, row, finders in (
                ("part", part, guardians),
                ("season", season, both),
                ("planned", planned, guardians),
                ("calendar", calendar, guardians),
            ):
                self.world.thing(kind, what, row.pk, finders, owner=owner)
            self._feeds(what, by, owner)

    def _feeds(self, what: str, by: Caregiver, owner: str) -> None:
        for state, columns, openers in (
            ("open", {}, [*self.world.sessions]),
            ("ended", {"ended_at": AT}, NOBODY),
        ):
            token = hashlib.sha256(f"{state} {what} {self.rng.random()}".encode()).hexdigest()[:43]
            digest = hashlib.sha256(token.encode()).hexdigest()
            Feed.objects.create(
                family=by.family, caregiver=by, token_digest=digest, created_at=AT, **columns
            )
            self.world.thing("feed", f"{state}, of {what}", token, openers, owner=owner)
