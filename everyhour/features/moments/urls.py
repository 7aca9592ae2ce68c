from django.urls import path

from everyhour.features.moments import views, writing_views

urlpatterns = [
    path("", views.moments, name="moments"),
    path("log/", writing_views.log, name="log"),
    path("line/", writing_views.line, name="log-line"),
    path("bring/", views.bring, name="bring"),
    path("<str:moment>/", writing_views.moment, name="moment"),
    path("<str:moment>/note/", writing_views.note, name="moment-note"),
    path("<str:moment>/changes/<str:change>/", writing_views.change, name="moment-change"),
    path("<str:moment>/gone/", writing_views.gone, name="moment-gone"),
]
