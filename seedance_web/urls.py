"""Every address: the product's pages, sign-in, the admin, and the probes of an operator."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from generations.admin.operations import operations_urls

urlpatterns = [
    path("", include("generations.urls")),
    # Pages of allauth that have no place here; it names them itself, so they lead to one that has.
    path("accounts/email/", RedirectView.as_view(pattern_name="preferences")),
    path("accounts/reauthenticate/", RedirectView.as_view(pattern_name="preferences")),
    path("accounts/password/set/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("accounts/", include("allauth.account.urls")),
    *operations_urls(),
    path("admin/", admin.site.urls),
]

handler400 = "generations.views.errors.bad_request"
