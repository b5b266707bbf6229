"""Form: an abstract base agent of the swarm's own. Neither an agent nor an error."""

from abc import ABC, abstractmethod

from agents.basic_agent import BasicAgent


class CompanyBaseAgent(BasicAgent, ABC):
    @abstractmethod
    def answer(self):
        """What subclasses add."""

    def perform(self, **kwargs):
        return "company: " + self.answer()
