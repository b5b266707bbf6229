"""Form: `from basic_agent import BasicAgent`, as servers that put the folder on the path allow."""

from basic_agent import BasicAgent


class BareImportAgent(BasicAgent):
    name = "BareImport"
    metadata = {"name": "BareImport", "description": "Class attributes instead of a constructor."}

    def perform(self, **kwargs):
        import agents.basic_agent

        return "one class: %s" % (agents.basic_agent.BasicAgent is BasicAgent)
