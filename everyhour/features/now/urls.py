from django.urls import path

from everyhour.features.now import outbox_views, own_views, views

urlpatterns = [
    path("", views.now, name="now"),
    path("pocket/", views.pocket, name="pocket"),
    path("pocket/<slug:version>/", views.pocket, name="pocket-version"),
    path("phone/", views.phone, name="phone"),
    path("moments/", outbox_views.outbox, name="outbox"),
    path("children/<str:child>/", own_views.own, name="own-pocket"),
    path("children/<str:child>/never/", own_views.never, name="own-never"),
    path("you/<str:caregiver>/", views.you, name="now-you"),
    path("<str:state>/", views.around, name="now-around"),
    path("<str:state>/<str:situation>/", views.idea, name="now-idea"),
    path("<str:state>/<str:situation>/after/", views.after, name="now-after"),
    path("<str:state>/<str:situation>/<str:outcome>/", views.done, name="now-done"),
]
