"""Form: the openrappter package, with the context signals of its base class."""

from openrappter.agents.basic_agent import BasicAgent
from openrappter.agents import BasicAgent as Exported


class OpenrappterAgent(BasicAgent):
    def __init__(self):
        self.name = "Openrappter"
        self.metadata = {"name": self.name, "description": "Signals.", "parameters": {}}
        super().__init__(self.name, self.metadata)

    def perform(self, **kwargs):
        assert Exported is BasicAgent
        slush = self.slush_out(signals={"a": 1})
        return "%s %s" % (self.get_signal("temporal.time_of_day", "unknown"), slush["source_agent"])
