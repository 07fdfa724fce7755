"""The terminal as a chat platform: for the demo, for scripts and for whoever has no chat yet."""
