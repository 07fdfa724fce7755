"""Telegram as a chat platform: receives commands and buttons; renders HTML and inline keyboards; delivers."""
