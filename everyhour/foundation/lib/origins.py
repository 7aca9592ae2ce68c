"""Same-origin check for requests without a CSRF token, such as those phones send days later."""

from django.http import HttpRequest


def from_our_pages(request: HttpRequest) -> bool:
    """Return whether a request came from one of our pages; False without an origin header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
