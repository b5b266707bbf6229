"""Form: an async perform."""

import asyncio

from agents.basic_agent import BasicAgent


class AsyncAgent(BasicAgent):
    def __init__(self):
        self.name = "Async"
        self.metadata = {
            "name": self.name,
            "description": "an async perform.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    async def perform(self, **kwargs):
        await asyncio.sleep(0)
        return "awaited"
