"""Runs of the solver."""
