"""Form: utils.result."""

from utils.result import Failure, Result, Success, partition_results

from agents.basic_agent import BasicAgent


class OutcomeAgent(BasicAgent):
    def __init__(self):
        self.name = "Outcome"
        self.metadata = {
            "name": self.name,
            "description": "utils.result.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, ok=True, **kwargs):
        outcome = Success("fine") if ok else Failure("broken")
        good, bad = partition_results([outcome])
        assert outcome.is_success == bool(good) and outcome.is_failure == bool(bad)
        return outcome
