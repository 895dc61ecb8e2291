"""Hooks `multiprocessing.queues`."""


def hook(module):
    pass
