"""Telling people, and the work handed to queues."""
