from django.urls import path

from everyhour.features.letters import outside_views, views

urlpatterns = [
    path("", views.letters, name="letters"),
    path("reach/", views.reach, name="letters-reach"),
    path("phones/", views.phones, name="letters-phones"),
    path("phones/<str:phone>/", views.phone, name="letters-phone"),
    path("mail/", views.mail, name="letters-mail"),
    path("try/", views.try_one, name="letters-try"),
    path("opened/<str:token>/", outside_views.opened, name="letters-opened"),
    path("enough/<str:token>/", outside_views.enough, name="letters-enough"),
]
