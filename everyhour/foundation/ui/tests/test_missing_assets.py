"""An old page may request an asset that is gone: it gets a 404 that is no HTML page."""


def test_missing_asset_is_a_plain_text_404(client):
    answer = client.get("/static/ui/base.000000000000.css")

    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (
        404,
        "text/plain",
        b"Not here.",
    )
