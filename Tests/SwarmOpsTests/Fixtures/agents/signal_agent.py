"""Form: sets signal handlers."""

import signal

from agents.basic_agent import BasicAgent


class SignalAgent(BasicAgent):
    def __init__(self):
        self.name = "Signal"
        self.metadata = {
            "name": self.name,
            "description": "sets signal handlers.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return "handled"
