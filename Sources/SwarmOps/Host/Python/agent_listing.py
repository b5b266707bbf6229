"""What a swarm's files contain: `load`, `context` and `requirements`, one frame for each finding."""

import json

_host = None


def serve(channel, request, modules, loading, host_module):
    global _host
    _host = host_module
    mode = request.get("mode")
    if mode == "load":
        _load(channel, request, modules, loading)
    elif mode == "context":
        _context(channel, request, loading)
    elif mode == "requirements":
        _host("agent_requirements").serve(channel, request, modules, _sources(modules))
    else:
        channel.send({"type": "error", "category": "load", "state": None,
                      "message": "unknown mode %r" % (mode,)})
    _host("agent_host").run_exit_callbacks()
    channel.send({"type": "end"})


def _load(channel, request, modules, loading):
    sources = _sources(modules)
    for file in request["files"]:
        channel.send({"type": "loading", "file": file})
        for frame in _findings(file, sources, modules, loading):
            frame["file"] = file
            channel.send(frame)


def _sources(modules):
    return _host("agent_sources").Sources(modules.agents_dir, modules.display_dir)


def _findings(file, sources, modules, loading):
    """The frames for one file: its agents, or why there is none."""
    declared = sources.declared(file)
    del modules.not_found[:]
    if file == "basic_agent.py":
        # Bundles carry a copy of the base class; the host's own takes its place.
        return [dict(declared, type="base", classes=["BasicAgent"])]
    try:
        module = loading.load_file(file)
    except loading.LoadFailure as failure:
        return [_failed(failure, declared, loading)]
    classes, bases = loading.agent_classes(module)
    found, failures, made = [], [], {}
    for cls in classes:
        try:
            agent = loading.instance(cls, file)
            frame = _described(cls, agent, file, declared, loading)
            # The same agent under a second class name: the first in the file is the agent.
            other = made.setdefault(frame["name"], cls)
            if other is not cls and issubclass(cls, other) and "perform" not in cls.__dict__:
                continue
            found.append(frame)
        except loading.LoadFailure as failure:
            failures.append(failure)
    # A class that cannot be made without arguments is a base class beside one that can, or where
    # another file of the swarm derives from it.
    real = [f for f in failures if not f.base or not (found or sources.derives_from(f.base, file))]
    if found or real:
        return found + [_failed(failure, declared, loading) for failure in real]
    names = [cls.__name__ for cls in bases] + [failure.base for failure in failures]
    open_bases = [cls.__name__ for cls in bases if not cls.__name__.startswith("_")]
    if names:
        abstract = [cls for cls in bases if getattr(cls, "__abstractmethods__", None)]
        if failures or abstract or any(sources.derives_from(name, file) for name in names):
            return [dict(declared, type="base", classes=names)]
    if open_bases:
        message = "%s does not implement perform" % " and ".join(open_bases)
    else:
        message = loading.no_class_message(inner=names)
        message += loading.failures().swallowed(file)
    return [_failed(loading.LoadFailure(file, "no_class", message), declared, loading)]


def _failed(failure, declared, loading):
    frame = loading.failures().load_failed(failure)
    frame.update(_host("agent_host").noted(failure.cause))
    del frame["category"]
    return dict(declared, **dict(frame, type="failed"))


def _described(cls, agent, file, declared, loading):
    name = loading.agent_name(agent, file)
    if not callable(getattr(agent, "perform", None)):
        raise loading.LoadFailure(file, "instantiation", "%s has no perform method" % cls.__name__)
    metadata, warning = _metadata(agent)
    needs = dict(declared)
    for key in ("requires", "requires_env"):
        extra = _strings((metadata or {}).get(key))
        needs[key] = declared[key] + [item for item in extra if item not in declared[key]]
    description = (metadata or {}).get("description")
    return dict(
        needs,
        type="agent",
        name=name,
        metadata=metadata,
        description=description if isinstance(description, str) else "",
        has_context=_has_context(cls),
        perform=_signature(agent),
        warning=warning,
        **{"class": cls.__name__},
    )


def _metadata(agent):
    """A copy of the agent's metadata that JSON can hold, and a warning where there is none."""
    try:
        metadata = getattr(agent, "metadata", None)
        if not isinstance(metadata, dict):
            return None, "the metadata is not a dict but %s" % type(metadata).__name__
        results = _host("agent_results")
        try:
            # As strict as the wire: refuses cycles and numbers without end.
            copy = json.loads(json.dumps(metadata, allow_nan=False, default=results._nearest))
        except ValueError as error:
            return results.plain(metadata), "the metadata is not JSON: %s" % error
        except TypeError:
            copy = results.plain(metadata)
        return copy, None
    except Exception as error:
        return None, "the metadata cannot be read: %s" % type(error).__name__


def _strings(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, (list, tuple, set, dict)):
        return [item for item in value if isinstance(item, str)]
    return []


def _has_context(cls):
    for base in cls.__mro__:
        if "system_context" in base.__dict__:
            return base.__name__ != "BasicAgent"
    return False


def _signature(agent):
    """The names that perform takes, or None where they cannot be told (a wrapper in C, say)."""
    function = getattr(agent, "perform", None)
    bound = hasattr(function, "__self__")
    for _ in range(20):
        inner = getattr(function, "__wrapped__", None)
        if inner is None:
            break
        function = inner
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positional = code.co_argcount - len(function.__defaults__ or ())
    required = list(names[:positional]) + [
        name for name in names[code.co_argcount:] if name not in (function.__kwdefaults__ or ())
    ]
    skip = names[:1] if bound and code.co_argcount else ()
    # What can only be given by position cannot be given at all: arguments are passed by name.
    skip += names[: getattr(code, "co_posonlyargcount", 0)]
    return {
        "names": [name for name in names if name not in skip],
        "required": [name for name in required if name not in skip],
        "any": bool(code.co_flags & 0x08),
        "async": bool(code.co_flags & 0x80),
    }


def _context(channel, request, loading):
    results = _host("agent_results")
    for entry in request["agents"]:
        frame, body = {"type": "context", "agent": entry["agent"]}, b""
        try:
            module = loading.load_file(entry["file"])
            agent = loading.make_agent(module, entry.get("class"), entry.get("agent"))
            said = agent.system_context() if hasattr(agent, "system_context") else None
            said = results.settled(said, 1 << 20)
            if said is None or said == "":
                frame["kind"] = "none"
            else:
                frame["kind"] = "text"
                body = _host("agent_channel").to_utf8(results.encoded(said, 1 << 20)[1])
        except loading.LoadFailure as failure:
            frame.update(loading.failures().load_failed(failure), kind="error")
            frame.update(_host("agent_host").noted(failure.cause))
        except BaseException as error:
            frame.update(loading.failures().perform_failed(error, None), kind="error")
            frame.update(_host("agent_host").noted(error))
        frame["type"] = "context"
        channel.send(frame, body)
