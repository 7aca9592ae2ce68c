"""The sprite of pictograms: built from its poses, one symbol per activity, small, in tokens."""

import gzip
import re
from pathlib import Path

from django.conf import settings

from everyhour.features.now.pictograms.__main__ import SPRITE, sheet
from everyhour.features.now.pictograms.sprite import DRAWINGS, sprite

LARGEST = 12_000  # bytes, compressed
PAINT = re.compile(r"(?:none|currentColor|var\(--[a-z0-9-]+(?:,var\(--[a-z0-9-]+\))?\))$")
# Drawn before their text was merged; remove a line when its file is in content/activities.
COMING = {
    "a-baby-who-will-not-stop-crying",
    "a-seat-on-the-stairs",
    "back-at-seven",
    "cold-tap-on-the-wrists",
    "down-on-the-shop-floor",
    "finish-the-match",
    "headphones-and-a-lookout",
    "it-is-off-ride-out-the-wave",
    "leave-the-cart",
    "let-the-door-stay-open",
    "loser-makes-toast",
    "make-a-wall-of-you",
    "rest-now",
    "sit-where-they-can-see-you",
    "something-for-the-hands",
    "taste-it-and-fix-it",
    "text-from-the-next-room",
    "the-couch-is-free",
    "the-same-song-at-night",
    "the-second-sponge",
    "the-suitcase-by-the-bed",
    "two-phones-in-the-kitchen",
    "two-places-one-of-you",
    "wall-sit-for-one-song",
    "worst-shot-wins",
    "your-room-your-layout",
}


def test_sprite_in_the_repository_is_what_the_builder_writes():
    assert SPRITE.read_text() == sprite(), "Run `python -m everyhour.features.now.pictograms`."


def test_every_symbol_is_named_after_an_activity():
    activities = {path.stem for path in Path(settings.CONTENT, "activities").glob("*.md")}
    symbols = re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())

    assert len(symbols) == len(set(symbols)) == len(DRAWINGS)
    assert set(symbols) - activities - COMING == set()


def test_sprite_is_at_most_12_kilobytes_compressed():
    assert len(gzip.compress(SPRITE.read_bytes(), 9)) <= LARGEST


def test_symbols_share_one_frame():
    symbols = re.findall(r"<symbol [^>]*>", SPRITE.read_text())

    assert [one for one in symbols if 'viewBox="0 0 96 96"' not in one] == []


def test_colours_are_tokens_or_the_colour_of_the_text():
    paints = set(re.findall(r'(?:stroke|fill)="([^"]*)"', SPRITE.read_text()))

    assert "var(--given)" in paints
    assert [paint for paint in paints if not PAINT.match(paint)] == []


def test_every_picture_has_its_one_light():
    dark = [
        slug
        for slug, drawing in DRAWINGS.items()
        if not {"light", "glow"} & {mark.kind for mark in drawing.marks}
    ]

    assert dark == []


def test_sheet_shows_every_picture_at_two_sizes_and_two_themes():
    page = sheet()

    assert [slug for slug in DRAWINGS if page.count(f'pictograms.svg#{slug}"') != 4] == []
