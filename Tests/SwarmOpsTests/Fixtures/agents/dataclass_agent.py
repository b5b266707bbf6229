"""Form: a dataclass as the result."""

from dataclasses import dataclass

from agents.basic_agent import BasicAgent


@dataclass
class Score:
    points: int
    reasons: list


class DataclassAgent(BasicAgent):
    def __init__(self):
        self.name = "Dataclass"
        self.metadata = {
            "name": self.name,
            "description": "a dataclass as the result.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return Score(7, ["a"])
