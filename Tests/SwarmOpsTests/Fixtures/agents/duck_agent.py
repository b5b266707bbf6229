"""Form: no base class at all, only a name that ends in Agent and a perform method."""


class DuckAgent:
    name = "Duck"
    metadata = {"name": "Duck", "description": "Quacks like one."}

    def perform(self, **kwargs):
        return "quack"
