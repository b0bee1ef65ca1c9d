"""The addresses of the product."""

from django.urls import path

from generations.views import (
    again,
    assets,
    credits,
    detail,
    gallery,
    health,
    invitations,
    library,
    studio,
    tray,
    webhooks,
)

urlpatterns = [
    path("", studio.studio, name="studio"),
    path("generations/", studio.create, name="generation_create"),
    path("generations/quote/", studio.quote, name="quote"),
    path("generations/tray/", tray.tray, name="tray"),
    path("generations/updates/", studio.updates, name="updates"),
    path("generations/<uuid:pk>/", detail.detail, name="generation"),
    path("generations/<uuid:pk>/cancel/", detail.cancel, name="generation_cancel"),
    path("generations/<uuid:pk>/take/", assets.take, name="generation_take"),
    path("generations/<uuid:pk>/extend/", again.extend, name="generation_extend"),
    path("generations/<uuid:pk>/retry/", again.retry, name="generation_retry"),
    path("generations/<uuid:pk>/<str:name>", detail.file, name="generation_file"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("library/", library.library, name="library"),
    path("library/pick/", library.picker, name="picker"),
    path("library/states/", library.states, name="asset_states"),
    path("library/<uuid:pk>/", assets.asset, name="asset"),
    path("library/<uuid:pk>/rename/", assets.rename, name="asset_rename"),
    path("library/<uuid:pk>/trash/", assets.trash, name="asset_trash"),
    path("library/<uuid:pk>/restore/", assets.restore, name="asset_restore"),
    path("library/<uuid:pk>/retry/", assets.retry, name="asset_retry"),
    path("library/<uuid:pk>/<str:name>", assets.file, name="asset_file"),
    path("credits/", credits.credits, name="credits"),
    path("credits/entries.csv", credits.entries_csv, name="entries_csv"),
    path("credits/balance/", credits.balance, name="balance"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("webhooks/apiframe/", webhooks.apiframe, name="webhook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
