"""Addresses of our own pages in the panel."""

from django.contrib import admin
from django.urls import URLPattern, path

from generations.admin import configuration_page, credit_requests, delete_person, operations, spending, team


def panel_urls() -> list[URLPattern]:
    """Return the paths, to be listed before the admin site's, which answer every address below /admin/."""
    views = [
        ("credit-requests/", credit_requests.credit_requests, "credit_requests"),
        ("credit-requests/<int:pk>/", credit_requests.decide, "credit_request_decide"),
        ("people/", team.people, "people"),
        ("people/<int:pk>/limits/", team.limits, "person_limits"),
        ("people/<int:pk>/active/", team.set_active, "person_active"),
        ("people/<int:pk>/delete/", delete_person.delete_person, "person_delete"),
        ("people/<int:pk>/export/", delete_person.export_person, "person_export"),
        ("spending/", spending.spending, "spending"),
        ("configuration/", configuration_page.configuration, "health"),
        ("configuration/test-mail/", configuration_page.send_test_mail, "test_mail"),
        ("configuration/limits/", configuration_page.studio_limits, "studio_limits"),
        ("operations/", operations.operations, "operations"),
        ("operations/pause/", operations.pause, "operations_pause"),
        ("operations/resume/", operations.resume, "operations_resume"),
        ("operations/prove-ledger/", operations.prove_ledger, "operations_prove_ledger"),
    ]
    return [path(f"admin/{end}", admin.site.admin_view(view), name=name) for end, view, name in views]
