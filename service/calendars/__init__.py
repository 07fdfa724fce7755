"""Personal calendar feeds, read by calendar programs without a login."""
