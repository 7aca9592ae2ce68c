"""Rendering the pages of this package."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(request: HttpRequest, template: str, *, status: int = 200, **context) -> HttpResponse:
    return render(request, f"family/{template}.html", {"nav": "family", **context}, status=status)
