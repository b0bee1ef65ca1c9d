"""The demo clips: drawn landscapes, a caption and a soft chord."""
