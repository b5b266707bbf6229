"""All of its agents are its own business, so there is none."""

from agents.basic_agent import BasicAgent


class _OnlyAgent(BasicAgent):
    def perform(self, **kwargs):
        return "nobody asks"
