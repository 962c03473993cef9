"""The revisions; a published one is never changed."""
