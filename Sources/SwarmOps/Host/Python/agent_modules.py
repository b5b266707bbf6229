"""Names that agents may import: BasicAgent, the swarm's own files, the contract's modules, packages.

An import is looked for in this order: the standard library, the swarm's own files, the contract's
modules (those that nobody imports are never loaded), and last the interpreter's installed packages,
for which `site` is started only then: it costs more than a whole run.
"""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import os
import sys

_PathFinder = _external.PathFinder
_ModuleType = type(sys)

# What must fail at once and never start `site`: browser modules, which agents try first, and modules of
# other systems, which the standard library tries (copy, pickle, platform and subprocess, for four).
_ABSENT = frozenset(("js", "pyodide", "pyodide_js", "org", "java", "vms_lib"))
_STANDARD = getattr(sys, "stdlib_module_names", None) or frozenset(
    # Python 3.9 cannot say.
    ("msvcrt", "winreg", "nt", "_winapi", "_overlapped", "_scproxy", "_msi", "winsound", "_wmi")
)

# Module of the contract: the host's file that holds its names.
CONTRACT = {
    "utils.azure_file_storage": "agent_storage",
    "utils.dynamics_storage": "agent_storage",
    "utils.local_file_storage": "agent_storage",
    "utils.local_storage": "agent_storage",
    "utils.storage_factory": "agent_storage",
    "utils.environment": "agent_environment",
    "utils.result": "agent_outcomes",
}

memory_path = None
user_guid = None
agents_dir = None
display_dir = None
code_cache = None
code = None
_host_module = None


class BasicAgent:
    """The base class of RAPP agents. Everything in it may be overridden; nothing need be called."""

    def __init__(self, name=None, metadata=None, **_):
        given = {"name": name, "metadata": metadata, "context": {}}
        for key, value in given.items():
            if value is None:
                if getattr(self, key, None) is not None:
                    continue
                value = type(self).__name__ if key == "name" else {
                    "name": self.name,
                    "description": "",
                    "parameters": {"type": "object", "properties": {}, "required": []},
                }
            try:
                setattr(self, key, value)
            except AttributeError:
                pass  # a read-only property of the agent's own says it already

    def perform(self, **kwargs):
        return "%s does not implement perform." % type(self).__name__

    def execute(self, **kwargs):
        return self.perform(**kwargs)

    def system_context(self):
        return None

    def to_tool(self):
        metadata = self.metadata if isinstance(self.metadata, dict) else {}
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": metadata.get("description", ""),
                "parameters": metadata.get("parameters", {"type": "object", "properties": {}}),
            },
        }

    # The next three are what agents of the openrappter generation expect beside the contract.

    @property
    def storage_manager(self):
        manager = self.__dict__.get("_storage_manager")
        if manager is None:
            from utils.storage_factory import get_storage_manager

            manager = self.__dict__["_storage_manager"] = get_storage_manager()
        return manager

    @storage_manager.setter
    def storage_manager(self, manager):
        self.__dict__["_storage_manager"] = manager

    def get_signal(self, key, default=None):
        value = self.context
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                return default
            value = value[part]
        return value

    def slush_out(self, agent_name=None, confidence=None, signals=None, **extra):
        slush = {"source_agent": agent_name or self.name}
        if confidence is not None:
            slush["confidence"] = confidence
        if signals:
            slush["signals"] = signals
        slush.update(extra)
        return slush


BasicAgent.__module__ = "agents.basic_agent"


def bind(new_memory_path, new_user_guid):
    """Names the namespace of the call, for the environment and the storage managers."""
    global memory_path, user_guid
    memory_path, user_guid = new_memory_path, new_user_guid
    if memory_path:
        os.environ["BRAINSTEM_MEMORY_PATH"] = memory_path
    else:
        os.environ.pop("BRAINSTEM_MEMORY_PATH", None)


def install(new_agents_dir, new_display_dir, new_code_cache, host_module):
    """Makes one swarm's files and the contract importable in this process."""
    global agents_dir, display_dir, code_cache, code, _host_module
    agents_dir = new_agents_dir.rstrip("/") or "/"
    display_dir = (new_display_dir or agents_dir).rstrip("/") or "/"
    code_cache = new_code_cache
    _host_module = host_module
    code = host_module("agent_code")
    code.install(agents_dir, display_dir, code_cache)

    agents = _package("agents", [agents_dir])
    basic = _ModuleType("agents.basic_agent")
    basic.__package__ = "agents"
    basic.BasicAgent = agents.BasicAgent = BasicAgent
    agents.basic_agent = basic
    sys.modules["agents.basic_agent"] = sys.modules["basic_agent"] = basic

    # Our own finder for the swarm's folder and those in it: the default one would write bytecode there.
    sys.path_hooks.insert(0, _swarm_path_hook)
    sys.meta_path.append(_LastFinder)

    # `site` defines these, and it is not loaded.
    builtins = sys.modules["builtins"]
    if not hasattr(builtins, "exit"):
        builtins.exit = builtins.quit = _exit


def is_own(name):
    """Whether a module is the swarm's or the contract's, and so must be executed by each process."""
    first = name.partition(".")[0]
    if first in ("agents", "basic_agent", "openrappter", "skills", "utils") or first in _ABSENT:
        return True
    return os.path.exists(agents_dir + "/" + first + ".py") or os.path.isdir(agents_dir + "/" + first)


def _exit(code=None):
    raise SystemExit(code)


def _package(name, path):
    module = _ModuleType(name)
    module.__path__ = path
    module.__package__ = name
    module.__spec__ = _bootstrap.ModuleSpec(name, None, is_package=True)
    module.__spec__.submodule_search_locations = path
    sys.modules[name] = module
    return module


class SwarmLoader(_external.SourceFileLoader):
    """Loads a file of the swarm; its code comes from our cache, its folder stays as it is."""

    def get_code(self, fullname):
        return code.compiled(self.path)


class _SwarmFolder(_external.FileFinder):
    """Finds modules in the swarm's folder or one below it, after what the contract supplies."""

    def find_spec(self, fullname, target=None):
        spec = _contract_spec(fullname)
        return super().find_spec(fullname, target) if spec is None else spec


def _swarm_path_hook(path):
    if path == agents_dir or path.startswith(agents_dir + "/"):
        return _SwarmFolder(path, (SwarmLoader, [".py"]))
    raise ImportError("not in the swarm", path=path)


class _Alias:
    """Loads a module that is another one under a second name."""

    def __init__(self, original):
        self.original = original

    def create_module(self, spec):
        __import__(self.original)
        module = sys.modules[self.original]
        self.spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self.spec


class _Supplied:
    """Loads a module of the contract from the host's file that defines its names."""

    def __init__(self, host_file):
        self.host_file = host_file

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        _host_module(self.host_file).supply(module, _host_module("agent_modules"))


def _contract_spec(name):
    if name.startswith("openrappter."):
        return _bootstrap.ModuleSpec(name, _Alias(name[len("openrappter."):]))
    if name in ("agents.basic_agent", "skills.basic_agent"):
        return _bootstrap.ModuleSpec(name, _Alias("basic_agent"))
    host_file = CONTRACT.get(name)
    if host_file is not None:
        return _bootstrap.ModuleSpec(name, _Supplied(host_file))
    return None


class _LastFinder:
    """The end of the search: what the standard library does not have."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in _ABSENT or name in _STANDARD:
            return None
        if path is not None:
            return _contract_spec(name) or _not_found(name)
        if name == "openrappter":
            return _bootstrap.ModuleSpec(name, None, is_package=True)
        folder = _PathFinder._path_importer_cache(agents_dir)
        found = folder.find_spec("agents." + name) if folder is not None else None
        if name == "utils":
            return _utils_spec(found)
        if found is not None:
            return _bootstrap.ModuleSpec(name, _Alias("agents." + name))
        if name == "skills":
            return _bootstrap.ModuleSpec(name, None, is_package=True)
        return _host_module("agent_packages").find_spec(name) or _not_found(name)

    @staticmethod
    def find_distributions(context=None):
        """What importlib.metadata asks: the packages are on the path from here on."""
        return _host_module("agent_packages").find_distributions(context)

    @staticmethod
    def invalidate_caches():
        pass


def _utils_spec(found):
    """`utils` is a package of the contract that a swarm may extend by a folder or a file."""
    own = agents_dir + "/utils"
    if found is None or found.loader is None:
        spec = _bootstrap.ModuleSpec("utils", None, is_package=True)
        spec.submodule_search_locations = [own]
        return spec
    return _external.spec_from_file_location(
        "utils", found.origin, loader=SwarmLoader("utils", found.origin),
        submodule_search_locations=[own],
    )


# The modules that were asked for and not found, for an agent that fails because it passed over it.
not_found = []


def _not_found(name):
    if name not in not_found:
        not_found.append(name)
