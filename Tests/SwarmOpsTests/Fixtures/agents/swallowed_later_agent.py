from agents.basic_agent import BasicAgent

try:
    import no_such_package_anywhere as remote
except ImportError:
    remote = None


class SwallowedLaterAgent(BasicAgent):
    name = "SwallowedLater"
    metadata = {"name": "SwallowedLater", "description": "Finds out late.", "parameters": {}}

    def perform(self, **kwargs):
        return remote.get("x")
