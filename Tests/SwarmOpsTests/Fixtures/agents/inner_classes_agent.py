"""One public agent that is made of agents of its own, as published single files are."""

from agents.basic_agent import BasicAgent


class _InternalWriter(BasicAgent):
    def __init__(self):
        super().__init__("Writer", {"name": "Writer", "description": "inner", "parameters": {}})

    def perform(self, **kwargs):
        return "written"


class _InternalEditorAgent(_InternalWriter):
    def perform(self, **kwargs):
        return super().perform() + " and edited"


class InnerClassesAgent(BasicAgent):
    def __init__(self):
        super().__init__("InnerClasses", {
            "name": "InnerClasses", "description": "Asks its inner agents.", "parameters": {},
        })

    def perform(self, **kwargs):
        return _InternalEditorAgent().perform()
