from django.urls import path

from everyhour.features.data_rights import views

urlpatterns = [
    path("", views.data_rights, name="data-rights"),
    path("export/", views.export, name="data-rights-export"),
    path("import/", views.import_copy, name="data-rights-import"),
    path("import/done/", views.imported, name="data-rights-imported"),
    path("erase/", views.erase, name="data-rights-erase"),
    path("erase/cancel/", views.cancel, name="data-rights-cancel"),
    path("gone/", views.erased, name="data-rights-erased"),
]
