"""What the published endpoints do: validation, jobs, media, webhooks, storage."""
