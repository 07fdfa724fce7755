"""`make chaos`: everything running as in production, under load, while one thing after the other is broken."""
