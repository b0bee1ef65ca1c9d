"""Every address: the product's pages, sign-in, the admin, and the probes of an operator."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("generations.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "generations.views.errors.bad_request"
