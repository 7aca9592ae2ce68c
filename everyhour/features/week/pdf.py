"""The week as a one-page PDF, from the same cells and sentences as the page.

Drawn by fpdf2. The nickname is the only text of the family's own; titles are not printed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from fpdf import FPDF

from everyhour.features.week import wording
from everyhour.features.week.cells import (
    AFTER,
    DAY_OFF,
    GIVEN,
    GOT,
    HINT,
    ORDINARY,
    PROFESSIONAL,
    QUIET,
    SCHOOL,
    SLEEP,
    Cell,
    Picture,
    Row,
)

FONTS = Path(__file__).parent / "fonts"
LETTER_COUNTRIES = ("us", "ca")
MARGIN, HEAD, TOP = 17.0, 20.0, 63.0  # millimetres
MOST = 3
RINGS = 8  # discs of a glow; with more, each is too faint to print

# The light theme of foundation/ui tokens.css, as RGB.
INK, INK_2, FAINT, LINE = (18, 38, 43), (53, 73, 78), (140, 155, 158), (207, 216, 210)
GIVEN_FILL, GIVEN_EDGE, GOT_EDGE, PROF_FILL, REST_FILL = (
    (240, 162, 36),
    (154, 91, 0),
    (18, 113, 138),
    (141, 50, 89),
    (213, 225, 230),
)
WHITE = (255, 255, 255)


def render_pdf(shown: Picture, child: str) -> bytes:
    sheet = Sheet(shown)
    sheet.heading(child)
    sheet.map()
    sheet.below(child)
    return bytes(sheet.pdf.output())


def render_fridge_sheet(shown: Picture, child: str, paragraph: str) -> bytes:
    """Return the week's picture under one paragraph, in letters one reads from across a kitchen."""
    sheet = Sheet(shown)
    sheet.paragraph(sheet.without_unknown_letters(paragraph))
    sheet.map()
    sheet.key(TOP + 7 * sheet.high + 9, sheet.printable(child))
    return bytes(sheet.pdf.output())


class Sheet:
    """One landscape page; the width of a cell depends on the number of hours."""

    def __init__(self, shown: Picture):
        paper = "letter" if settings.COUNTRY in LETTER_COUNTRIES else "a4"
        self.shown, self.pdf = shown, FPDF(orientation="landscape", format=paper)
        self.pdf.set_lang(get_language() or "en")
        self.pdf.set_title(_("Week"))
        self.pdf.set_auto_page_break(False)
        for style, weight in (("", 400), ("B", 600)):
            self.pdf.add_font("Atkinson", style, FONTS / f"atkinson-hyperlegible-next-{weight}.ttf")
        self.pdf.add_page()
        self.left = MARGIN + HEAD
        self.wide = (self.pdf.w - MARGIN - self.left) / shown.longest
        self.high = 13.0
        self.unit = min(self.wide, 8.0)

    def heading(self, child: str) -> None:
        facts = self.shown.facts
        first, last = self.shown.rows[0].on, self.shown.rows[-1].on
        self.text(
            MARGIN,
            27,
            ngettext("%(count)s hour", "%(count)s hours", facts.hours) % {"count": facts.hours},
            size=30,
        )
        self.text(
            self.pdf.w - MARGIN, 27, wording.days(first, last), size=12, color=INK_2, align="right"
        )
        for number, sentence in enumerate(wording.opening_sentences(facts, self.printable(child))):
            self.text(MARGIN, 38 + number * 7, _plain(sentence), size=14, color=INK_2)

    def paragraph(self, text: str) -> None:
        """Set the paragraph above the map, as large as fits."""
        for size in (22, 19, 16, 14, 12):
            self.pdf.set_font("Atkinson", "B", size)
            lines = self.pdf.multi_cell(
                self.pdf.w - 2 * MARGIN, size * 0.46, text, dry_run=True, output="LINES"
            )
            if len(cast(list, lines)) * size * 0.46 <= TOP - 24:
                break
        self.pdf.set_text_color(*INK)
        self.pdf.set_xy(MARGIN - self.pdf.c_margin, 16)
        self.pdf.multi_cell(self.pdf.w - 2 * MARGIN, size * 0.46, text, align="L")

    def below(self, child: str) -> None:
        facts, y = self.shown.facts, TOP + 7 * self.high + 9
        y = self.lines(y, " ".join(wording.details(facts)), size=12, color=INK_2)
        y = self.lines(y + 1, " ".join(wording.unmarked(facts)), size=10.5, color=INK_2)
        self.key(min(y + 5, self.pdf.h - 12), self.printable(child))

    def key(self, y: float, child: str) -> None:
        mine = self.shown.facts.got == self.shown.facts.got_by_me
        marks = [
            (GIVEN, _("For %(child)s") % {"child": child}),
            (GOT, _("For you") if mine else _("For a grown-up")),
            (PROFESSIONAL, _("With a professional")),
            *([(HINT, _("In another home"))] if self.shown.facts.hints else []),
            (SLEEP, _("Rest")),
            (SCHOOL, _("School")),
        ]
        x = MARGIN + 2
        for kind, text in marks:
            if kind == SLEEP:
                self.bar(x - 1, y - 3, 5, 3, REST_FILL)
            elif kind == SCHOOL:
                self.bar(x - 1, y - 1.7, 5, 0.5, FAINT)
            else:
                self.mark(x, y - 1.4, {kind: 1}, unit=6.5)
            after = 6 if kind in (SLEEP, SCHOOL) else 4
            self.text(x + after, y, text, size=10, color=INK_2)
            x += after + 8 + self.pdf.get_string_width(text)

    def map(self) -> None:
        first = next((row for row in self.shown.rows if len(row.cells) == 24), self.shown.rows[0])
        for index, cell in enumerate(first.cells):
            if cell.hour.wall.hour in (6, 12, 18, 22):
                self.text(
                    self.x(index),
                    TOP - 3,
                    wording.clock(cell.hour.wall.hour),
                    size=9,
                    color=INK_2,
                    align="center",
                )
        for layer in (self.ground, self.glows, self.lights):
            for number, row in enumerate(self.shown.rows):
                layer(TOP + (number + 0.5) * self.high, row)

    def ground(self, y: float, row: Row) -> None:
        self.text(MARGIN, y - 0.2, date_format(row.on, "D"), size=11, bold=False)
        self.text(MARGIN, y + 4, date_format(row.on, "j"), size=9, color=INK_2)
        for state, begins, length in row.runs(SLEEP, SCHOOL, QUIET, DAY_OFF, AFTER):
            high = {SLEEP: 7.0, SCHOOL: 0.4}.get(state, 2.2)
            x, wide = self.left + begins * self.wide, length * self.wide
            self.bar(
                x + 0.6, y - high / 2, wide - 1.2, high, LINE if state == SCHOOL else REST_FILL
            )
        for index, cell in enumerate(row.cells):
            if cell.state == ORDINARY and not cell.lights:
                self.disc(self.x(index), y, 0.4, FAINT)
            if cell.now:
                self.bar(
                    self.left + (index + 1) * self.wide, y - self.high / 2, 0.5, self.high, INK
                )

    def glows(self, y: float, row: Row) -> None:
        """Draw a glow as a few translucent discs."""
        for index, cell in enumerate(row.cells):
            given = cell.count(GIVEN) or cell.count(HINT)
            color = GIVEN_FILL if given else PROF_FILL if cell.count(PROFESSIONAL) else GOT_EDGE
            reach = self.unit * (0.85 + 0.3 * min(given, MOST) if given else 0.75)
            for ring in range(RINGS) if cell.lights else ():
                with self.faint(0.23 / RINGS):
                    self.disc(self.x(index), y, reach * (RINGS - ring) / RINGS, color)

    def lights(self, y: float, row: Row) -> None:
        for index, cell in enumerate(row.cells):
            self.mark(self.x(index), y, _counts(cell), unit=self.unit)

    def mark(self, x: float, y: float, counts: dict[str, int], *, unit: float) -> None:
        given, got, professional, hinted = (
            counts.get(kind, 0) for kind in (GIVEN, GOT, PROFESSIONAL, HINT)
        )
        inside = bool(got or professional)
        if professional:
            self.bar(
                x - unit * 0.36, y - unit * 0.36, unit * 0.72, unit * 0.72, PROF_FILL, corner=0.8
            )
        if got:
            self.ring(
                x,
                y,
                unit * (0.36 if given or hinted or professional else 0.24),
                WHITE if professional else GOT_EDGE,
            )
        size = unit * (0.15 if inside else 0.2 + 0.06 * min(given or hinted, MOST))
        if given:
            self.disc(x, y, size, GIVEN_FILL, edge=GIVEN_EDGE)
        elif hinted:
            with self.faint(0.5):
                self.disc(x, y, size, GIVEN_FILL)

    def x(self, index: int) -> float:
        return self.left + (index + 0.5) * self.wide

    def disc(self, x: float, y: float, r: float, fill: tuple, *, edge: tuple | None = None) -> None:
        self.pdf.set_fill_color(*fill)
        if edge:
            self.pdf.set_draw_color(*edge)
            self.pdf.set_line_width(0.35)
        self.pdf.circle(x, y, r, style="DF" if edge else "F")

    def ring(self, x: float, y: float, r: float, edge: tuple) -> None:
        self.pdf.set_draw_color(*edge)
        self.pdf.set_line_width(0.65)
        self.pdf.circle(x, y, r, style="D")

    def bar(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: tuple,
        *,
        corner: float | None = None,
    ) -> None:
        self.pdf.set_fill_color(*fill)
        half = min(wide, high) * 0.499  # fpdf2 reads 0.5 and more as a share of the side
        self.pdf.rect(
            x,
            y,
            wide,
            high,
            style="F",
            round_corners=high > 1,
            corner_radius=half if corner is None else corner,
        )

    @contextmanager
    def faint(self, opacity: float) -> Iterator[None]:
        with self.pdf.local_context(fill_opacity=opacity):
            yield

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        color: tuple = INK,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        self.pdf.set_font("Atkinson", "B" if bold else "", size)
        self.pdf.set_text_color(*color)
        wide = self.pdf.get_string_width(text)
        self.pdf.text(x - {"left": 0, "center": wide / 2, "right": wide}[align], y, text)

    def lines(self, y: float, text: str, *, size: float, color: tuple) -> float:
        """Set text in lines; return the y below it."""
        if not text:
            return y
        self.pdf.set_font("Atkinson", "", size)
        self.pdf.set_text_color(*color)
        self.pdf.set_xy(MARGIN - self.pdf.c_margin, y - 4)
        self.pdf.multi_cell(self.pdf.w - 2 * MARGIN, size * 0.5, text, align="L")
        return self.pdf.get_y() + 3

    def without_unknown_letters(self, text: str) -> str:
        """Return the text with a dot for each letter that the font lacks."""
        self.pdf.set_font("Atkinson", "B", 12)
        known = self.pdf.current_font.cmap  # type: ignore[union-attr]
        return "".join(c if ord(c) in known else "·" for c in text)

    def printable(self, text: str) -> str:
        """Return the nickname, or "your child" when the font lacks its letters."""
        self.pdf.set_font("Atkinson", "", 12)
        known = self.pdf.current_font.cmap  # type: ignore[union-attr]
        return text if all(ord(c) in known for c in text) else _("your child")


def _counts(cell: Cell) -> dict[str, int]:
    return {kind: cell.count(kind) for kind in (GIVEN, GOT, PROFESSIONAL, HINT)}


def _plain(sentence: str) -> str:
    return unescape(strip_tags(sentence))
