"""Form: leaves a thread that never ends."""

import threading

from agents.basic_agent import BasicAgent


class ThreadAgent(BasicAgent):
    def __init__(self):
        self.name = "Thread"
        self.metadata = {
            "name": self.name,
            "description": "leaves a thread that never ends.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        thread = threading.Thread(target=threading.Event().wait)
        thread.start()
        return "alive: %s" % thread.is_alive()
