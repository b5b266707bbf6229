"""Form: uses a process pool with the default start method."""

from concurrent.futures import ProcessPoolExecutor

from agents.basic_agent import BasicAgent


def double(number):
    return number * 2


class ProcessPoolAgent(BasicAgent):
    def __init__(self):
        self.name = "ProcessPool"
        self.metadata = {
            "name": self.name,
            "description": "uses a process pool with the default start method.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        with ProcessPoolExecutor(1) as pool:
            return str(pool.submit(double, 21).result())
