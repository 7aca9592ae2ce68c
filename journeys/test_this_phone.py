"""The page This phone: what is stored, corrections, export, import and deletion."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from journeys.steps import (
    build_moment,
    expect_saved,
    find_clipped_text,
    go_to_idea,
    open_right_now,
    report_outcome,
    store,
    stored_moments,
    stored_wishes,
    wait_for_bundle,
)

DAY_OFF = """{ const real = Date, off = 26 * 3600_000; Date = class extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + off) }
  static now() { return real.now() + off } }; }"""


def open_phone(page: Page) -> Page:
    page.goto("/en/now/phone/")
    wait_for_bundle(page)
    return page


def import_copy(page: Page, folder: Path, content: object) -> None:
    """Import a file: text as it is, anything else as JSON."""
    file = folder / "copy.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    page.locator("[data-import]").set_input_files(file)


def copy_message(page: Page):
    return page.locator("[data-copy-said]")


def test_wishes_are_stored_across_reloads(anywhere):
    page = open_phone(anywhere)
    assert find_clipped_text(page) == []

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


def test_ages_body_and_touch_are_stored_and_the_child_grows(guest):
    page = open_phone(guest)
    expect(page.locator("[data-care-touch]")).to_be_hidden()

    page.locator("#how-old").select_option(label="6 to 8 months")
    page.locator("[name=bodies][value=deaf]").check()
    page.locator("[name=bodies][value=senses]").check()
    page.locator("[name=care_touch]").check()
    expect(page.locator("[data-wishes-said]")).to_have_text("Saved on this phone.")

    wishes = stored_wishes(page)
    month = page.evaluate("new Date().toISOString().slice(0, 7)")
    assert (wishes["real_months"], wishes["real_months_on"]) == (6, month)
    assert (wishes["bodies"], wishes["care_touch"]) == (["deaf", "senses"], True)

    store(page, wishes={**wishes, "real_months_on": f"{int(month[:4]) - 1}{month[4:]}"})
    open_phone(page)

    expect(page.locator("#how-old")).to_have_value("18")
    expect(page.locator("[name=bodies][value=senses]")).to_be_checked()
    page.locator("#how-old").select_option("120")
    expect(page.locator("[data-care-touch]")).to_be_hidden()
    assert find_clipped_text(page) == []


def test_list_shows_the_practice_and_its_outcome(phone):
    page = phone
    open_right_now(page)
    named = go_to_idea(page)
    report_outcome(page, "a_bit")
    expect_saved(page)

    open_phone(page)

    expect(page.locator("[data-count]")).to_have_text("One moment is saved on this phone.")
    row = page.locator("[data-moments] li")
    expect(row.locator("b")).to_have_text(named)
    expect(row.locator("small")).to_contain_text("Wound up · A bit")
    assert find_clipped_text(page) == []


def test_deleted_moment_can_be_restored(phone):
    page = open_phone(phone)
    store(page, moments=[build_moment(1), build_moment(2), build_moment(3)])
    open_phone(page)

    page.locator("[data-moments] li button").nth(1).click()
    expect(page.locator("[data-moments] li")).to_have_count(2)
    assert len(stored_moments(page)) == 2
    page.locator("[data-count] button").click()

    expect(page.locator("[data-moments] li")).to_have_count(3)
    assert [kept["id"] for kept in stored_moments(page)] == [
        build_moment(n)["id"] for n in (1, 2, 3)
    ]


def test_deleting_everything_can_be_undone(guest):
    page = open_phone(guest)
    store(
        page,
        moments=[build_moment(1), build_moment(2)],
        wishes={"nickname": "Wren", "never": ["wall-push"]},
    )
    open_phone(page)

    page.locator("[data-forget]").click()
    expect(copy_message(page)).to_contain_text("Everything was deleted from this phone.")
    assert (stored_moments(page), stored_wishes(page)) == ([], {})
    copy_message(page).get_by_role("button").click()

    expect(page.locator("[data-moments] li")).to_have_count(2)
    assert len(stored_moments(page)) == 2 and stored_wishes(page)["nickname"] == "Wren"


def test_never_list_entry_can_be_removed(guest):
    page = open_phone(guest)
    store(page, wishes={"never": ["wall-push", "low-hum"]})
    open_phone(page)

    page.locator("[data-never-list] button").first.click()

    expect(page.locator("[data-never-list] button")).to_have_count(1)
    assert stored_wishes(page)["never"] == ["low-hum"]


def test_exported_copy_imports_on_another_phone_once(visit, tmp_path):
    one, other = open_phone(visit.page()), open_phone(visit.page())
    said = {"age": 3, "real_months": 96, "real_months_on": "2026-01", "bodies": ["blind"]}
    store(one, moments=[build_moment(n) for n in range(1, 6)], wishes=said)
    store(other, wishes={"nickname": "Jo", "age": 5})
    open_phone(one)
    open_phone(other)

    with one.expect_download() as going:
        one.locator("[data-export]").click()
    going.value.save_as(tmp_path / "kept.json")
    other.locator("[data-import]").set_input_files(tmp_path / "kept.json")
    expect(copy_message(other)).to_have_text("5 added. 0 already here.")
    other.locator("[data-import]").set_input_files(tmp_path / "kept.json")

    expect(copy_message(other)).to_have_text("0 added. 5 already here.")
    assert stored_moments(other) == stored_moments(one)
    assert stored_wishes(other) == {**said, "nickname": "Jo", "age": 5}, "what is here stays"
    expect(other.locator("[name=bodies][value=blind]")).to_be_checked()


def test_copy_from_an_older_version_is_read(phone, tmp_path, server):
    page = open_phone(phone)
    bare = {"id": build_moment(1)["id"], "at": "2025-01-02T03:04:05Z", "state": "fear"}
    gone = build_moment(2, practice="an-idea-since-withdrawn")

    import_copy(page, tmp_path, {"moments": [bare, gone]})

    expect(copy_message(page)).to_have_text("2 added. 0 already here.")
    expect(page.locator("[data-moments] li", has_text="an idea since withdrawn")).to_contain_text(
        "from an earlier version"
    )
    expect(page.locator("[data-moments] li", has_text="Frightened")).to_contain_text("not finished")
    open_right_now(page)
    assert go_to_idea(page), "imported moments must not break Right now"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"state": "volcano"}, "a state we don’t know"),
        ({"id": "7"}, "no id"),
        ({"at": "yesterday"}, "no time"),
        ({"zone": "x" * 100_000}, "too long"),
    ],
)
def test_invalid_moments_are_left_out_of_an_import(guest, tmp_path, wrong, reason):
    page = open_phone(guest)

    import_copy(
        page,
        tmp_path,
        {"moments": [build_moment(1), build_moment(2, **wrong), "and a stray word", None]},
    )

    expect(copy_message(page)).to_have_text(
        f"1 added. 0 already here. Left out 3 that couldn’t be read: {reason}, "
        "not a moment. Your file hasn’t changed."
    )
    assert [kept["id"] for kept in stored_moments(page)] == [build_moment(1)["id"]]


@pytest.mark.parametrize(
    "content", ["", "not JSON at all", "[]", "null", '{"moments": {}}', "\x00\x01\x02"]
)
def test_file_that_is_no_copy_changes_nothing(guest, tmp_path, content):
    page = open_phone(guest)
    store(page, moments=[build_moment(1)])

    import_copy(page, tmp_path, content)

    expect(copy_message(page)).to_have_text(
        "This file isn’t a copy from Everyhour. Nothing was changed."
    )
    assert len(stored_moments(page)) == 1


def test_oversized_file_changes_nothing(guest, tmp_path):
    page = open_phone(guest)

    import_copy(page, tmp_path, "x" * 5_000_001)

    expect(copy_message(page)).to_have_text(
        "This file is too large to be a copy from Everyhour. Nothing was changed."
    )


def test_imported_markup_is_shown_as_text(guest, tmp_path):
    page = open_phone(guest)
    nasty = build_moment(1, zone="<img src=x>", wall="\x07\x1b[31m")
    nasty["offers"][0]["practice"] = "<img src=/en/about/>"

    import_copy(page, tmp_path, {"moments": [nasty]})

    expect(copy_message(page)).to_have_text("1 added. 0 already here.")
    expect(page.locator("[data-moments] img")).to_have_count(0)
    (kept,) = stored_moments(page)
    assert kept["offers"] == [] and kept["wall"] == "[31m"


def test_long_nickname_is_shortened_to_40_characters(phone):
    page = open_phone(phone)

    page.locator("#nickname").fill("W" * 100_000)
    page.locator("#nickname").blur()

    expect(page.locator("[data-wishes-said]")).to_have_text(
        "Saved on this phone. That was too long. We kept the first 40 characters."
    )
    expect(page.locator("#nickname")).to_have_value("W" * 40)
    assert stored_wishes(page)["nickname"] == "W" * 40
    open_right_now(page)
    assert find_clipped_text(page) == []
    go_to_idea(page)
    assert find_clipped_text(page) == []


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
def test_nickname_is_cleaned_and_shown_literally(guest, typed, kept):
    page = open_phone(guest)

    page.locator("#nickname").evaluate(
        """(field, typed) => {
          field.value = typed;
          field.dispatchEvent(new Event('change', { bubbles: true }));
        }""",
        typed,
    )
    expect(page.locator("[data-wishes-said]")).to_contain_text("Saved on this phone.")

    assert stored_wishes(page)["nickname"] == kept
    open_right_now(page)
    expect(page.locator("[data-how-is]")).to_have_text(f"How is {kept}?")


def test_wrong_clock_is_reported_and_the_moment_kept(visit):
    context = visit.context()
    context.add_init_script(DAY_OFF)
    page = context.new_page()
    open_right_now(page)
    go_to_idea(page)
    report_outcome(page, "settled")
    expect_saved(page)

    open_phone(page)

    expect(page.locator("[data-clock]")).to_have_text(
        "This phone’s clock seems to be off by 26 hours. Times here are the phone’s own."
    )
    expect(page.locator("[data-moments] li")).to_have_count(1)


def test_correct_clock_is_not_mentioned(guest):
    page = guest
    with page.expect_response(lambda answer: answer.url.endswith("/alive/")):
        page.goto("/en/now/phone/")
    wait_for_bundle(page)

    expect(page.locator("[data-clock]")).to_be_hidden()
