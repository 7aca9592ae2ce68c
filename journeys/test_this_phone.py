"""What this phone keeps: seen, corrected, taken along, let go. And what comes from outside in bad shape."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    keep,
    lost_words,
    moment,
    moments,
    open_right_now,
    saved,
    to_idea,
    tried,
    wishes,
    with_pocket,
)

DAY_OFF = """{ const real = Date, off = 26 * 3600_000; Date = class extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + off) }
  static now() { return real.now() + off } }; }"""


def open_phone(page: Page) -> Page:
    page.goto("/en/now/phone/")
    with_pocket(page)
    return page


def bring(page: Page, folder: Path, content: object) -> None:
    """Choose a file as a copy to bring in; text is written as it is, anything else as JSON."""
    file = folder / "copy.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    page.locator("[data-import]").set_input_files(file)


def said(page: Page):
    return page.locator("[data-copy-said]")


def test_wishes_are_kept_and_there_the_next_time(anywhere):
    page = open_phone(anywhere)
    assert lost_words(page) == []

    page.locator("#nickname").fill("Wren")
    page.locator("#age").select_option("4")
    page.locator("[name=no_touch]").check()
    page.locator("#country").select_option("us")
    expect(page.locator("[data-wishes-said]")).to_have_text("Saved on this phone.")
    page.reload()

    expect(page.locator("#nickname")).to_have_value("Wren")
    expect(page.locator("#age")).to_have_value("4")
    expect(page.locator("[name=no_touch]")).to_be_checked()
    expect(page.locator("#country")).to_have_value("us")


def test_the_list_tells_what_was_tried_and_how_it_went(phone):
    page = phone
    open_right_now(page)
    named = to_idea(page)
    tried(page, "a_bit")
    saved(page)

    open_phone(page)

    expect(page.locator("[data-count]")).to_have_text("One moment is saved on this phone.")
    row = page.locator("[data-moments] li")
    expect(row.locator("b")).to_have_text(named)
    expect(row.locator("small")).to_contain_text("Wound up · A bit")
    assert lost_words(page) == []


def test_one_is_taken_out_and_put_back(phone):
    page = open_phone(phone)
    keep(page, moments=[moment(1), moment(2), moment(3)])
    open_phone(page)

    page.locator("[data-moments] li button").nth(1).click()
    expect(page.locator("[data-moments] li")).to_have_count(2)
    assert len(moments(page)) == 2
    page.locator("[data-count] button").click()

    expect(page.locator("[data-moments] li")).to_have_count(3)
    assert [kept["id"] for kept in moments(page)] == [moment(n)["id"] for n in (1, 2, 3)]


def test_everything_is_removed_and_brought_back(guest):
    page = open_phone(guest)
    keep(page, moments=[moment(1), moment(2)], wishes={"nickname": "Wren", "never": ["wall-push"]})
    open_phone(page)

    page.locator("[data-forget]").click()
    expect(said(page)).to_contain_text("Everything was deleted from this phone.")
    assert (moments(page), wishes(page)) == ([], {})
    said(page).get_by_role("button").click()

    expect(page.locator("[data-moments] li")).to_have_count(2)
    assert len(moments(page)) == 2 and wishes(page)["nickname"] == "Wren"


def test_what_is_not_for_us_can_be_asked_back_here(guest):
    page = open_phone(guest)
    keep(page, wishes={"never": ["wall-push", "low-hum"]})
    open_phone(page)

    page.locator("[data-never-list] button").first.click()

    expect(page.locator("[data-never-list] button")).to_have_count(1)
    assert wishes(page)["never"] == ["low-hum"]


def test_a_copy_goes_out_and_into_another_phone(visit, tmp_path):
    one, other = open_phone(visit.page()), open_phone(visit.page())
    keep(one, moments=[moment(n) for n in range(1, 6)])
    open_phone(one)

    with one.expect_download() as going:
        one.locator("[data-export]").click()
    going.value.save_as(tmp_path / "kept.json")
    other.locator("[data-import]").set_input_files(tmp_path / "kept.json")
    expect(said(other)).to_have_text("5 added. 0 were already here.")
    other.locator("[data-import]").set_input_files(tmp_path / "kept.json")

    expect(said(other)).to_have_text("0 added. 5 were already here.")
    assert moments(other) == moments(one)


def test_a_copy_from_an_older_app_and_an_older_library_is_read(phone, tmp_path, server):
    page = open_phone(phone)
    bare = {"id": moment(1)["id"], "at": "2025-01-02T03:04:05Z", "state": "fear"}
    gone = moment(2, practice="an-idea-since-withdrawn")

    bring(page, tmp_path, {"moments": [bare, gone]})

    expect(said(page)).to_have_text("2 added. 0 were already here.")
    expect(page.locator("[data-moments] li", has_text="an idea since withdrawn")).to_contain_text(
        "from an earlier version"
    )
    expect(page.locator("[data-moments] li", has_text="Frightened")).to_contain_text("shown")
    open_right_now(page)
    assert to_idea(page), "what was brought in must not stand in the way of help"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"state": "volcano"}, "a state we don’t know"),
        ({"id": "7"}, "no id"),
        ({"at": "yesterday"}, "no time"),
        ({"zone": "x" * 100_000}, "too long"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_the_rest_comes_in(guest, tmp_path, wrong, reason):
    page = open_phone(guest)

    bring(page, tmp_path, {"moments": [moment(1), moment(2, **wrong), "and a stray word", None]})

    expect(said(page)).to_have_text(
        f"1 added. 0 were already here. 3 couldn’t be read and were left out: {reason}, "
        "not a moment. Your file hasn’t changed."
    )
    assert [kept["id"] for kept in moments(page)] == [moment(1)["id"]]


@pytest.mark.parametrize(
    "content", ["", "not JSON at all", "[]", "null", '{"moments": {}}', "\x00\x01\x02"]
)
def test_a_file_that_is_not_a_copy_changes_nothing(guest, tmp_path, content):
    page = open_phone(guest)
    keep(page, moments=[moment(1)])

    bring(page, tmp_path, content)

    expect(said(page)).to_have_text("This file isn’t a copy from Everyhour. Nothing was changed.")
    assert len(moments(page)) == 1


def test_a_file_larger_than_a_copy_changes_nothing(guest, tmp_path):
    page = open_phone(guest)

    bring(page, tmp_path, "x" * 5_000_001)

    expect(said(page)).to_have_text(
        "This file is too large to be a copy from Everyhour. Nothing was changed."
    )


def test_what_a_file_brings_is_shown_as_words_never_as_a_page(guest, tmp_path):
    page = open_phone(guest)
    nasty = moment(1, zone="<img src=x>", wall="\x07\x1b[31m")
    nasty["offers"][0]["practice"] = "<img src=/en/about/>"

    bring(page, tmp_path, {"moments": [nasty]})

    expect(said(page)).to_have_text("1 added. 0 were already here.")
    expect(page.locator("[data-moments] img")).to_have_count(0)
    (kept,) = moments(page)
    assert kept["offers"] == [] and kept["wall"] == "[31m"


def test_a_hundred_thousand_characters_become_a_nickname_that_fits(phone):
    page = open_phone(phone)

    page.locator("#nickname").fill("W" * 100_000)
    page.locator("#nickname").blur()

    expect(page.locator("[data-wishes-said]")).to_have_text(
        "Saved on this phone. That was too long. We kept the first 40 characters."
    )
    expect(page.locator("#nickname")).to_have_value("W" * 40)
    assert wishes(page)["nickname"] == "W" * 40
    open_right_now(page)
    assert lost_words(page) == []
    to_idea(page)
    assert lost_words(page) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Wr\u0000en\u0007", "Wr en"),
        ("\u202eWren\u200f", "Wren"),
        ("  Wren \t of  the  hill ", "Wren of the hill"),
        ("<b>Wren</b>", "<b>Wren</b>"),
        ("{child}", "{child}"),
        ("👩‍👧 Wren", "👩‍👧 Wren"),
        ("W" * 39 + "😀", "W" * 39),
    ],
)
def test_a_strange_nickname_is_cleaned_and_shown_as_typed(guest, typed, kept):
    page = open_phone(guest)

    page.locator("#nickname").evaluate(
        "(field, typed) => { field.value = typed; field.dispatchEvent(new Event('change', { bubbles: true })) }",
        typed,
    )
    expect(page.locator("[data-wishes-said]")).to_contain_text("Saved on this phone.")

    assert wishes(page)["nickname"] == kept
    open_right_now(page)
    expect(page.locator("[data-how-is]")).to_have_text(f"How is {kept} right now?")


def test_a_clock_a_day_off_is_told_and_nothing_is_lost(visit):
    context = visit.context()
    context.add_init_script(DAY_OFF)
    page = context.new_page()
    open_right_now(page)
    to_idea(page)
    tried(page, "settled")
    saved(page)

    open_phone(page)

    expect(page.locator("[data-clock]")).to_have_text(
        "This phone’s clock seems to be off by 26 hours. Times here are the phone’s own."
    )
    expect(page.locator("[data-moments] li")).to_have_count(1)


def test_a_clock_that_is_right_is_not_talked_about(guest):
    page = guest
    with page.expect_response(lambda answer: answer.url.endswith("/alive/")):
        page.goto("/en/now/phone/")
    with_pocket(page)

    expect(page.locator("[data-clock]")).to_be_hidden()
