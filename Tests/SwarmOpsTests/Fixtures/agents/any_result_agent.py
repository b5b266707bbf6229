"""Form: results of any type."""

from agents.basic_agent import BasicAgent


class Odd:
    def __str__(self):
        return "an odd object"


class AnyResultAgent(BasicAgent):
    def __init__(self):
        self.name = "AnyResult"
        self.metadata = {
            "name": self.name,
            "description": "results of any type.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, kind="dict", **kwargs):
        return {
            "dict": {"a": {1, 2}, 3: float("nan")},
            "list": [1, None, True],
            "none": None,
            "number": 1.5,
            "bytes": b"caf\xc3\xa9 \xff",
            "surrogate": "half \ud83d of a pair",
            "object": Odd(),
            "set": {"x"},
            "tuple": (1, 2),
            "endless": (str(i) for i in iter(int, 1)),
        }[kind]
