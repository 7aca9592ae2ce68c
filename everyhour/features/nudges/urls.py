from django.urls import path

from everyhour.features.nudges import views

urlpatterns = [
    path("", views.nudges, name="nudges"),
    path("settings/", views.settings, name="nudges-settings"),
    path("agreement/", views.agreement, name="nudges-agreement"),
    path("pause/", views.pause, name="nudges-pause"),
    path("skipped/", views.skipped, name="nudges-skipped"),
    path("<str:nudge>/answer/", views.answer, name="nudge-answer"),
]
