from django.urls import path

from everyhour.features.helps import views

urlpatterns = [path("", views.helps, name="helps"), path("around/", views.around, name="around")]
