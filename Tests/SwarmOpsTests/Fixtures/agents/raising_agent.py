"""Form: exceptions of every kind."""

import sys

from agents.basic_agent import BasicAgent


class Severe(BaseException):
    pass


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("no text")


class RaisingAgent(BasicAgent):
    def __init__(self):
        self.name = "Raising"
        self.metadata = {
            "name": self.name,
            "description": "exceptions of every kind.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, kind="zero", **kwargs):
        if kind == "value":
            raise ValueError("bad value")
        if kind == "chained":
            try:
                {}["key"]
            except KeyError as error:
                raise RuntimeError("outer") from error
        if kind == "exit":
            sys.exit(4)
        if kind == "base":
            raise Severe("below Exception")
        if kind == "unprintable":
            raise Unprintable()
        if kind == "recursion":
            return self.perform(kind)
        if kind == "memory":
            return "x" * (1 << 62)
        if kind == "interrupt":
            raise KeyboardInterrupt
        if kind == "type":
            return len(5)
        return 1 / 0
