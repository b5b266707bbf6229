"""Form: functions only."""


def perform(**kwargs):
    return "no class"
