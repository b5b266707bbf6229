"""One agent under three class names; loaders that look for `Agent` at the end need the second."""

from agents.basic_agent import BasicAgent


class RenamedBrief(BasicAgent):
    def __init__(self):
        super().__init__("RenamedBrief", {
            "name": "RenamedBrief", "description": "Says who it is.", "parameters": {},
        })

    def perform(self, **kwargs):
        return "brief by " + type(self).__name__


class RenamedBriefAgent(RenamedBrief):
    """For loaders that go by the name."""


class RenamedAgain(RenamedBrief):
    def __init__(self):
        super().__init__()


Renamed = RenamedBrief
