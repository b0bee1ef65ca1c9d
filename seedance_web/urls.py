"""Every address: the product's pages, sign-in, the admin, and the probes of an operator."""

from django.contrib import admin
from django.urls import include, path

from generations.admin.operations import operations_urls

urlpatterns = [
    path("", include("generations.urls")),
    path("accounts/", include("allauth.account.urls")),
    *operations_urls(),
    path("admin/", admin.site.urls),
]

handler400 = "generations.views.errors.bad_request"
