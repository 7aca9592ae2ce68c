from django.urls import path

from everyhour.features.moments import entry_views, line_views, views

urlpatterns = [
    path("", views.moments, name="moments"),
    path("log/", entry_views.log, name="log"),
    path("line/", line_views.line, name="log-line"),
    path("gone/", entry_views.deletions, name="moments-gone"),
    path("bring/", views.bring, name="bring"),
    path("<str:moment>/", entry_views.moment, name="moment"),
    path("<str:moment>/note/", entry_views.note, name="moment-note"),
    path("<str:moment>/changes/<str:change>/", entry_views.change, name="moment-change"),
]
