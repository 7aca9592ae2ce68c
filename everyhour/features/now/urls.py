from django.urls import path

from everyhour.features.now import child_bundle_views, outbox_views, views

# Phones in the field know these paths; "pocket" is the old word for the offline bundle.
urlpatterns = [
    path("", views.now, name="now"),
    path("start/", views.start, name="now-start"),
    path("pocket/", views.offline_bundle, name="offline-bundle"),
    path("pocket/ways/", views.offline_bundle, {"ways": True}, name="offline-bundle-ways"),
    path("pocket/<slug:version>/", views.offline_bundle, name="offline-bundle-version"),
    path("phone/", views.phone, name="phone"),
    path("moments/", outbox_views.outbox, name="outbox"),
    path("children/<str:child>/", child_bundle_views.child_bundle, name="child-bundle"),
    path("children/<str:child>/never/", child_bundle_views.never, name="child-bundle-never"),
    path("you/<str:caregiver>/", views.you, name="now-you"),
    path("<str:state>/", views.around, name="now-around"),
    path("<str:state>/<str:situation>/", views.idea, name="now-idea"),
    path("<str:state>/<str:situation>/after/", views.after, name="now-after"),
    path("<str:state>/<str:situation>/<str:outcome>/", views.done, name="now-done"),
]
