from django.urls import path

from everyhour.features.rhythm.views import calendars, days, plan

urlpatterns = [
    path("", days.rhythm, name="rhythm"),
    path("children/<str:child_id>/parts/new/", days.part_new, name="rhythm-part-new"),
    path("children/<str:child_id>/seasons/", days.seasons, name="rhythm-seasons"),
    path("children/<str:child_id>/homes/", days.homes, name="rhythm-homes"),
    path("parts/<str:part_id>/", days.part, name="rhythm-part"),
    path("parts/<str:part_id>/removal/", days.part_removal, name="rhythm-part-removal"),
    path("seasons/<str:season_id>/removal/", days.season_removal, name="rhythm-season-removal"),
    path("plan/", plan.plan, name="rhythm-plan"),
    path("planned/<str:planned_id>/removal/", plan.removal, name="rhythm-planned-removal"),
    path("calendars/", calendars.all_, name="rhythm-calendars"),
    path("calendars/<str:calendar_id>/removal/", calendars.removal, name="rhythm-calendar-removal"),
    path("feed/", calendars.feed, name="rhythm-feed"),
    path("feed/<str:token>.ics", calendars.feed_read, name="rhythm-feed-read"),
]
