from agents.basic_agent import BasicAgent


class SpacedNameAgent(BasicAgent):
    def __init__(self):
        super().__init__("Spaced Name", {
            "name": "Spaced Name", "description": "No model can call it.", "parameters": {},
        })

    def perform(self, **kwargs):
        return "called by a person"
