"""Hooks `concurrent.futures`."""
