"""All URLs. Pages have a language prefix; the service worker, live updates and assets do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from everyhour.features.home import views as home
from everyhour.features.messages.urls import former_urlpatterns as former_messages
from everyhour.foundation.jobs import views as jobs
from everyhour.foundation.ui import views as ui

urlpatterns = [
    path("", home.redirect_to_language),
    path("static/<path:name>", ui.missing_asset),
    path(
        "live/", home.live, name="live"
    ),  # requested by the gateway only (foundation/live/stream.py)
    path("sw.js", ui.service_worker, name="service-worker"),
    *i18n_patterns(
        path("", include("everyhour.features.home.urls")),
        path("", include("everyhour.foundation.accounts.urls")),
        path("", include("everyhour.features.family.urls")),
        path("now/", include("everyhour.features.now.urls")),
        path("moments/", include("everyhour.features.moments.urls")),
        path("helps/", include("everyhour.features.helps.urls")),
        path("", include("everyhour.features.week.urls")),
        path("rhythm/", include("everyhour.features.rhythm.urls")),
        path("nudges/", include("everyhour.features.nudges.urls")),
        path("messages/", include("everyhour.features.messages.urls")),
        path("letters/", include(former_messages)),
        path("data/", include("everyhour.features.data_rights.urls")),
        path("ideas/", include("everyhour.features.library.urls")),
        path("timetable/", jobs.timetable, name="timetable"),
        path("ui/", ui.gallery, name="gallery"),
        path("offline/", ui.offline, name="offline"),
        path("manifest.webmanifest", ui.manifest, name="manifest"),
    ),
    path("ui/", home.redirect_to_language, {"rest": "ui/"}),
    path("now/", home.redirect_to_language, {"rest": "now/"}),
]
handler400 = ui.bad_request
handler403 = ui.forbidden
handler404 = ui.not_found
handler500 = ui.server_error
