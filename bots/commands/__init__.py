"""One module a command: parse, ask the service, answer with a Reply. Knows no platform."""
