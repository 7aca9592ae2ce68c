from django.urls import path

from everyhour.features.leaving import views

urlpatterns = [
    path("", views.leaving, name="leaving"),
    path("export/", views.export, name="leaving-export"),
    path("import/", views.bring, name="leaving-import"),
    path("import/done/", views.brought, name="leaving-brought"),
    path("erase/", views.erase, name="leaving-erase"),
    path("stay/", views.stay, name="leaving-stay"),
    path("gone/", views.gone, name="leaving-gone"),
]
