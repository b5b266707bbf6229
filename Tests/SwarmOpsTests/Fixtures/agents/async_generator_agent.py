"""Form: an async generator of text."""

from agents.basic_agent import BasicAgent


class AsyncGeneratorAgent(BasicAgent):
    def __init__(self):
        self.name = "AsyncGenerator"
        self.metadata = {
            "name": self.name,
            "description": "an async generator of text.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    async def perform(self, **kwargs):
        for word in ("un ", "deux"):
            yield word
