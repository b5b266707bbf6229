"""Form: reads its keys from the environment."""

import os

from agents.basic_agent import BasicAgent


__manifest__ = {
    "schema": "rapp-agent/1.0",
    "name": "@demo/environment_keys",
    "requires_env": ["DEMO_ENDPOINT"],
    "dependencies": ["@rapp/basic_agent"],
}


class EnvironmentKeysAgent(BasicAgent):
    def __init__(self):
        self.name = "EnvironmentKeys"
        self.metadata = {
            "name": self.name,
            "description": "reads its keys from the environment.",
            "parameters": {"type": "object", "properties": {}, "required": []},
        }
        super().__init__(name=self.name, metadata=self.metadata)

    def perform(self, **kwargs):
        return os.environ.get("DEMO_ENDPOINT", "no endpoint")
