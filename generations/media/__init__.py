"""Files and their formats: probing, pictures, thumbnails, remuxing, tags, storage. Knows no models."""
