from django.urls import path
from django.views.generic import RedirectView

from everyhour.features.messages import signed_link_views, views
from everyhour.foundation.lib.permissions import public

urlpatterns = [
    path("", views.messages, name="messages"),
    path("reach/", views.reach, name="messages-reach"),
    path("phones/", views.phones, name="messages-phones"),
    path("phones/<str:phone>/", views.phone, name="messages-phone"),
    path("mail/", views.mail, name="messages-mail"),
    path("try/", views.try_one, name="messages-try"),
    path("opened/<str:token>/", signed_link_views.opened, name="messages-opened"),
    path("enough/<str:token>/", signed_link_views.unsubscribe, name="messages-enough"),
]

# Under /letters/: addresses in messages sent, and in service workers installed, before the rename.
former_urlpatterns = [
    path("", public(RedirectView.as_view(pattern_name="messages"))),
    path("reach/", public(RedirectView.as_view(pattern_name="messages-reach"))),
    path("phones/", views.phones),
    path("opened/<str:token>/", signed_link_views.opened),
    path("enough/<str:token>/", signed_link_views.unsubscribe),
]
