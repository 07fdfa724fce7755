"""Slack as a chat platform: receives commands, buttons, forms and events; renders Block Kit; delivers."""
