try:
    from no_such_package_anywhere.agents import RemoteAgentBase
except ImportError:
    pass


class SwallowedImportAgent(RemoteAgentBase):
    def perform(self, **kwargs):
        return "never"
