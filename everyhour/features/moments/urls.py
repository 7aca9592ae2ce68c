from django.urls import path

from everyhour.features.moments import entry_views, views

urlpatterns = [
    path("", views.moments, name="moments"),
    path("log/", entry_views.log, name="log"),
    path("line/", entry_views.line, name="log-line"),
    path("bring/", views.bring, name="bring"),
    path("<str:moment>/", entry_views.moment, name="moment"),
    path("<str:moment>/note/", entry_views.note, name="moment-note"),
    path("<str:moment>/changes/<str:change>/", entry_views.change, name="moment-change"),
    path("<str:moment>/gone/", entry_views.deletion, name="moment-gone"),
]
