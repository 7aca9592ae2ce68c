from datetime import date

from django.urls import path, register_converter

from everyhour.features.week import sunday_views, views


class Day:
    """A date in an address: 2026-11-19."""

    regex = "2[0-9]{3}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # a ValueError means: no such address

    def to_url(self, value: date) -> str:
        return f"{value}"


register_converter(Day, "day")

urlpatterns = [
    path("week/", views.week, name="week"),
    path("week/<day:on>/", views.week, name="week-of"),
    path("week/<day:on>.pdf", views.paper, name="week-paper"),
    path("week/<day:on>/<str:hour>/", views.week, name="week-hour"),
    path("week/sunday/", sunday_views.sunday_page, name="week-sunday"),
    path("week/sunday/message/", sunday_views.message, name="week-sunday-message"),
    path("week/sunday/<day:on>.pdf", sunday_views.paper, name="week-fridge"),
    path("weeks/", views.weeks, name="weeks"),
]
