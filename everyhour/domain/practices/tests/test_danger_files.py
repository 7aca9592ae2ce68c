"""The phrases of danger in the package are those of content/danger.yaml, and small."""

import gzip

from django.conf import settings

from everyhour.domain.practices import danger, danger_files


def test_files_are_built_from_the_content(capsys):
    assert danger_files.check(settings.CONTENT) == 0, capsys.readouterr().out


def test_stale_file_is_found(tmp_path, capsys, monkeypatch):
    for name, body in danger_files.compose(settings.CONTENT).items():
        (tmp_path / name).write_bytes(body.replace(b"suicide", b"homework"))
    monkeypatch.setattr(danger_files, "FILES", tmp_path)

    assert danger_files.check(settings.CONTENT) == 1
    assert "danger.en.json: differs" in capsys.readouterr().out


def test_each_file_is_small_when_compressed():
    sizes = {
        name: len(gzip.compress(body, 9))
        for name, body in danger_files.compose(settings.CONTENT).items()
    }

    assert len(sizes) == 2
    assert max(sizes.values()) <= danger_files.MAX_BYTES, sizes


def test_files_hold_the_same_phrases_as_the_content():
    content = danger.load(settings.CONTENT / "danger.yaml")

    files = danger_files.current()

    assert set(files.phrases) == set(content.phrases)
    assert set(files.cancelling) == set(content.cancelling)
    assert (files.words, files.forgiving) == (content.words, content.forgiving)


def kinds(patterns: danger.Patterns) -> list[str]:
    """Return the kinds, the most urgent first."""
    return list(dict.fromkeys(kind for kind, _steps in patterns.phrases))


def test_danger_is_noticed_in_any_text_and_language():
    assert danger_files.has_danger("a quiet day", "me quiero morir")
    assert not danger_files.has_danger("", "killing time")
