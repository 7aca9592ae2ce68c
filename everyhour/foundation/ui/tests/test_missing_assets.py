"""After a release an old page may ask for a file that is gone: it gets a plain no, never a page in place of a style."""


def test_a_missing_asset_is_a_404_in_plain_text(client):
    answer = client.get("/static/ui/base.000000000000.css")

    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (
        404,
        "text/plain",
        b"Not here.",
    )
