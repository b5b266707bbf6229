"""Form: derives from another file's base agent by its bare name, and gives it its arguments."""

from configured_base_agent import ConfiguredBaseAgent


class ConfiguredAgent(ConfiguredBaseAgent):
    def __init__(self):
        super().__init__("Configured")
