from agents.basic_agent import BasicAgent
from utils.copilot_bridge import Bridge


class UnknownUtilsAgent(BasicAgent):
    def perform(self, **kwargs):
        return Bridge().call()
