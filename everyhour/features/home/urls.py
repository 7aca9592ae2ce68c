from django.urls import path

from everyhour.features.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("today/", views.today, name="today"),
    path("today/not-now/", views.not_now, name="not-now"),
    path("today/another/", views.another, name="another"),
    path("today/rest/", views.rest, name="rest"),
]
