"""From a file of the swarm to an agent: executing the module, finding its classes, making one."""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import sys

_modules = None
_host_module = None


class LoadFailure(Exception):
    """Why a file gives no agent.

    `state` is syntax, import, no_class or instantiation; `cause` the exception behind it, if any;
    `base` names the class where the only thing wrong is that it may be meant as a base class.
    """

    def __init__(self, file, state, message=None, cause=None, base=None):
        super().__init__(message)
        self.file = file
        self.state = state
        self.message = message
        self.cause = cause
        self.base = base


def start(modules, host_module):
    global _modules, _host_module
    _modules, _host_module = modules, host_module


def failures():
    """The module that puts exceptions into words, told which files are the swarm's."""
    module = _host_module("agent_failures")
    module.shown_folder = _modules.display_dir + "/"
    module.modules = _modules
    return module


def load_file(file):
    """Executes a file of the swarm once in this process and returns its module."""
    stem = file[:-3] if file.endswith(".py") else file
    # A dot in a file name would read as a package.
    name = "agents." + stem.replace(".", "_")
    module = sys.modules.get(name)
    if module is not None:
        return module
    path = _modules.agents_dir + "/" + file
    loader = _modules.SwarmLoader(name, path)
    spec = _external.spec_from_file_location(name, path, loader=loader)
    try:
        code = loader.get_code(name)
    except (SyntaxError, UnicodeError, ValueError) as error:
        raise LoadFailure(file, "syntax", cause=error) from None
    except OSError as error:
        raise LoadFailure(file, "import", "cannot read %s: %s" % (path, error.strerror), error)
    except (RecursionError, MemoryError) as error:
        raise LoadFailure(file, "syntax", "the source is nested too deeply to compile", error)
    module = _bootstrap.module_from_spec(spec)
    sys.modules[name] = module
    sys.modules.setdefault(stem, module)
    setattr(sys.modules["agents"], stem, module)
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        for known in (name, stem):
            if sys.modules.get(known) is module:
                del sys.modules[known]
        if isinstance(error, SyntaxError) and _is_of_swarm(error.filename):
            raise LoadFailure(file, "syntax", cause=error) from None
        raise LoadFailure(file, "import", cause=error) from None
    # A module may replace itself while it runs.
    return sys.modules.get(name, module)


def _is_of_swarm(path):
    return isinstance(path, str) and path.startswith(
        (_modules.display_dir + "/", _modules.agents_dir + "/")
    )


def agent_classes(module):
    """The classes of a module that may be agents, in the order of the file, and its base classes.

    Names that begin with `_` are the file's own business: agents within agents, and bases.
    """
    own = []
    for value in module.__dict__.values():
        if isinstance(value, type) and value.__module__ == module.__name__ and value not in own:
            if _is_agent_class(value):
                own.append(value)
    agents, bases = [], []
    for cls in own:
        inner = cls.__name__.startswith("_")
        if inner or getattr(cls, "__abstractmethods__", None) or not _performs(cls):
            bases.append(cls)
        elif not any(_renames(cls, other) for other in agents):
            agents.append(cls)
    return agents, bases


# What every class statement leaves in a class, and what a new name may come with.
_NAMING = frozenset((
    "__module__", "__doc__", "__qualname__", "__firstlineno__", "__static_attributes__",
    "__annotations__", "__annotate_func__", "__annotate__", "__abstractmethods__", "_abc_impl", "name",
))


def _renames(cls, other):
    """Whether a class is another one under a second name and nothing more."""
    return other in cls.__mro__[1:] and all(
        part is other or part in other.__mro__ or _NAMING.issuperset(part.__dict__)
        for part in cls.__mro__
    )


def _is_agent_class(cls):
    if cls.__name__ == "BasicAgent":
        return False
    # By name as well: agents carry a BasicAgent of their own for where no host supplies one.
    for base in cls.__mro__[1:]:
        if base is _modules.BasicAgent or base.__name__ == "BasicAgent":
            return True
    return cls.__name__.endswith("Agent") and callable(getattr(cls, "perform", None))


def _performs(cls):
    for base in cls.__mro__:
        if "perform" in base.__dict__:
            return base.__name__ != "BasicAgent"
    # An instance, __getattr__ or a mixin made later may still have it.
    return "__getattr__" in dir(cls)


def instance(cls, file):
    """Makes an agent; LoadFailure says why it cannot be made."""
    try:
        agent = cls()
    except BaseException as error:
        # No frame below ours: the call itself was refused, so the constructor wants arguments.
        refused = isinstance(error, TypeError) and error.__traceback__.tb_next is None
        raise LoadFailure(
            file, "instantiation", cause=error, base=cls.__name__ if refused else None
        ) from None
    return agent


def agent_name(agent, file):
    """The agent's name: its own where it is text, else the name of its class."""
    try:
        name = getattr(agent, "name", None)
    except Exception as error:
        raise LoadFailure(file, "instantiation", cause=error) from None
    if name is None or name == "":
        return type(agent).__name__
    if not isinstance(name, str):
        raise LoadFailure(
            file, "instantiation",
            "the name of %s is not a string but %s" % (type(agent).__name__, type(name).__name__),
        )
    return str(name)


def make_agent(module, class_name, wanted):
    """The agent of a run: the class that the catalog names, or the one whose agent has the name."""
    file = module.__name__[len("agents."):] + ".py"
    cls = module.__dict__.get(class_name) if class_name else None
    if isinstance(cls, type):
        return instance(cls, file)
    agents, _ = agent_classes(module)
    failure = None
    for cls in agents:
        try:
            agent = instance(cls, file)
            if wanted is None or agent_name(agent, file) == wanted:
                return agent
        except LoadFailure as error:
            failure = failure or error
    raise failure or LoadFailure(file, "no_class", no_class_message(wanted))


def no_class_message(wanted=None, inner=()):
    if wanted:
        return "no class in it makes the agent '%s'" % wanted
    if inner:
        return "classes whose name begins with _ are no agents (%s), and it has no other" % (
            ", ".join(inner)
        )
    return (
        "no class in it derives from BasicAgent, or has a name that ends in Agent"
        " and a perform method"
    )
