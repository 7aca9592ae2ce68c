"""Where a request came from, for what carries no form token: a phone that was offline for a week has none that is still good."""

from django.http import HttpRequest


def from_our_pages(request: HttpRequest) -> bool:
    """Tell whether a browser sent this from a page of ours; one that says neither where from nor how is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
