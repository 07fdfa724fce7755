"""The contract between the service and everyone who calls it: Pydantic models and the enums they use.

The only part of the service that the bots import; imports nothing of the service itself.
"""
