from django.urls import path

from everyhour.features.data_rights import views

urlpatterns = [
    path("", views.data_rights, name="data-rights"),
    path("export/", views.export, name="data-rights-export"),
    path("import/", views.bring, name="data-rights-import"),
    path("import/done/", views.brought, name="data-rights-brought"),
    path("erase/", views.erase, name="data-rights-erase"),
    path("stay/", views.stay, name="data-rights-stay"),
    path("gone/", views.gone, name="data-rights-gone"),
]
