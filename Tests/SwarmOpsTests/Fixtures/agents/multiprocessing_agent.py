"""Form: uses multiprocessing."""

import multiprocessing

from agents.basic_agent import BasicAgent


def square(number):
    return number * number


class MultiprocessingAgent(BasicAgent):
    def __init__(self):
        self.name = "Multiprocessing"
        self.metadata = {
            "name": self.name,
            "description": "uses multiprocessing.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, method="fork", **kwargs):
        with multiprocessing.get_context(method).Pool(2) as pool:
            return str(sum(pool.map(square, range(4))))
