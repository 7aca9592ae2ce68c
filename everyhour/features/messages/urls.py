from django.urls import path

from everyhour.features.messages import signed_link_views, views

urlpatterns = [
    path("", views.letters, name="messages"),
    path("reach/", views.reach, name="messages-reach"),
    path("phones/", views.phones, name="messages-phones"),
    path("phones/<str:phone>/", views.phone, name="messages-phone"),
    path("mail/", views.mail, name="messages-mail"),
    path("try/", views.try_one, name="messages-try"),
    path("opened/<str:token>/", signed_link_views.opened, name="messages-opened"),
    path("enough/<str:token>/", signed_link_views.enough, name="messages-enough"),
]
