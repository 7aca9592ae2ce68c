from django.urls import path

from everyhour.features.library import views

urlpatterns = [
    path("", views.library, name="library"),
    path("<slug:kind>/<slug:slug>/", views.item, name="library-item"),
    path("<slug:kind>/<slug:slug>/<int:number>/", views.item, name="library-edition"),
]
