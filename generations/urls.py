"""The addresses of the product."""

from django.urls import path

from generations.views import credits, detail, gallery, health, invitations, studio, webhooks

urlpatterns = [
    path("", studio.studio, name="studio"),
    path("generations/", studio.create, name="generation_create"),
    path("generations/quote/", studio.quote, name="quote"),
    path("generations/updates/", studio.updates, name="updates"),
    path("generations/<uuid:pk>/", detail.detail, name="generation"),
    path("generations/<uuid:pk>/cancel/", detail.cancel, name="generation_cancel"),
    path("generations/<uuid:pk>/<str:name>", detail.file, name="generation_file"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("credits/", credits.credits, name="credits"),
    path("credits/entries.csv", credits.entries_csv, name="entries_csv"),
    path("credits/balance/", credits.balance, name="balance"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("webhooks/apiframe/", webhooks.apiframe, name="webhook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
