"""Form: a chain of imports with a base class of its own at the end."""

try:
    from rapp_brainstem.agents.basic_agent import BasicAgent
except ImportError:
    try:
        from basic_agent import BasicAgent
    except ImportError:

        class BasicAgent:
            pass


class FallbackImport(BasicAgent):
    def __init__(self):
        super().__init__("FallbackImport", {"name": "FallbackImport", "description": "A chain."})

    def perform(self, **kwargs):
        return BasicAgent.__module__
