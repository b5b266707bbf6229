"""utils.environment as agents know it: where they run and where they may keep files."""

import os


def is_running_in_azure():
    return False


def should_use_azure_storage():
    return False


def supply(module, modules):
    def get_local_storage_path():
        """The folder of the call's own namespace."""
        if not modules.memory_path:
            raise RuntimeError("there is no memory here: no namespace was given")
        return os.path.dirname(modules.memory_path)

    module.is_running_in_azure = is_running_in_azure
    module.should_use_azure_storage = should_use_azure_storage
    module.get_local_storage_path = get_local_storage_path
