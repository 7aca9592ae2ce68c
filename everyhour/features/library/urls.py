from django.urls import path

from everyhour.features.library import favourites, views

urlpatterns = [
    path("", views.library, name="library"),
    path("favorites/", favourites.favourite, name="library-favourite"),
    path("<slug:kind>/<slug:slug>/", views.item, name="library-item"),
    path("<slug:kind>/<slug:slug>/<int:number>/", views.item, name="library-edition"),
]
