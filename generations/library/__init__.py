"""A user's media: adding, preparing at Apiframe, deriving, listing."""
