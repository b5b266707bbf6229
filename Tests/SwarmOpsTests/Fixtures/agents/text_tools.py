"""A helper module beside the agents."""

from shapes import corner


def shout(text):
    return text.upper() + corner.MARK
