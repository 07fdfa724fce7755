"""The internal HTTP service: people, shifts, runs and notifications. Knows no chat platform.

A platform is a name, and an account or channel on it an id; nothing more.
"""
