"""What an exception of an agent says in an error frame. Fetched only when something failed."""

import sys

_MESSAGE_LIMIT = 16 * 1024
_TRACE_LIMIT = 64 * 1024


def perform_failed(error, agent):
    """The details of a call that ended in an exception."""
    details = {
        "category": "raised",
        "exception": type(error).__name__,
        "message": message_of(error),
        "missing_module": None,
    }
    if isinstance(error, SystemExit):
        details["category"] = "exit"
        details["message"] = "the agent called sys.exit(%s)" % (
            "" if error.code is None else _shortened(_text(error.code, repr))
        )
    elif isinstance(error, KeyboardInterrupt):
        details["category"] = "exit"
        details["message"] = "the agent was interrupted"
    elif isinstance(error, EOFError) and "reading a line" in details["message"]:
        details["message"] = "input() has nothing to read: agents run without a terminal"
    elif isinstance(error, ModuleNotFoundError):
        details.update(_missing(error))
    elif isinstance(error, TypeError) and agent is not None and _refused(error):
        details["category"] = "arguments"
    else:
        details["message"] += swallowed(_file_of(error), error)
    details["trace"] = trace_of(error)
    details["line"] = line_of(error)
    return details


def load_failed(failure):
    """The details of a file that gave no agent."""
    details = {
        "category": "load",
        "state": failure.state,
        "exception": None,
        "message": failure.message,
        "missing_module": None,
        "trace": None,
        "line": None,
    }
    error = failure.cause
    if error is None:
        return details
    details["exception"] = type(error).__name__
    if failure.message is None:
        details["message"] = message_of(error)
        if isinstance(error, SystemExit):
            details["message"] = "it called sys.exit while it was loaded"
        elif isinstance(error, ModuleNotFoundError):
            details.update(_missing(error))
        elif isinstance(error, SyntaxError):
            details["message"] = "%s%s" % (error.msg, _newer_syntax(error))
        elif failure.state != "syntax":
            details["message"] = "%s: %s" % (type(error).__name__, details["message"])
            details["message"] += swallowed(failure.file, error)
    if isinstance(error, SyntaxError) and failure.state == "syntax":
        details["line"] = error.lineno
        details["source_line"] = _shortened((error.text or "").rstrip("\n")) or None
        return details
    if failure.state == "syntax":
        return details
    details["line"] = line_of(error)
    details["trace"] = trace_of(error)
    return details


def _missing(error):
    name = error.name if isinstance(error.name, str) else None
    if not name:
        return {}
    first = name.split(".")[0]
    if first in ("agents", "utils", "openrappter", "skills"):
        message = "the module '%s' is neither in the swarm nor supplied by swarmctl" % name
        if first == "utils":
            message += ", which supplies %s" % ", ".join(sorted(modules.CONTRACT))
        return {"absent_module": name, "message": message}
    if first in ("js", "pyodide", "pyodide_js"):
        return {"message": "the module '%s' exists in browsers only" % name}
    return {
        "missing_module": name,
        "interpreter": sys.executable,
        "message": "the module '%s' is not installed for %s" % (name, sys.executable),
    }


def _newer_syntax(error):
    """What to add where a later Python would take the same text."""
    import re

    # Its own quotes within its braces, or what Python itself says of an f-string.
    nested = re.search(r"(?<![\w'\"])[rR]?[fF][rR]?(['\"])[^'\"{]*\{[^}]*\1", error.text or "")
    known = ("f-string: unmatched", "f-string: expecting '}'", "f-string expression part cannot",
             "f-string: invalid")
    if sys.version_info < (3, 12) and (nested or error.msg.startswith(known)):
        return (
            "; quotes of the same kind, backslashes and comments inside an f-string need Python 3.12"
            " or later, and this is %d.%d.%d" % sys.version_info[:3]
        )
    return ""


def swallowed(file, error=None):
    """What to add where a name is missing because its import failed and the file went on."""
    try:
        wanted = "" if error is None else _missing_name(error)
        if wanted is None or file is None or not modules.not_found:
            return ""
        missing = _bound(file, wanted, modules.not_found)
        if not missing:
            return ""
        named = " and ".join(missing[:3])
        return "; its import of %s failed before that, and the file went on without it" % named
    except Exception:
        return ""


def _missing_name(error):
    """The name that an exception is about, "" for one that is about None, or None."""
    if isinstance(error, NameError):
        text = message_of(error)
        return text.split("'")[1] if text.count("'") >= 2 else None
    if isinstance(error, (AttributeError, TypeError)) and "NoneType" in message_of(error):
        return ""
    return None


def _bound(file, wanted, missing):
    """Those of the modules that a file imports under a name; under any name for ""."""
    import ast

    with open(modules.agents_dir + "/" + file, "rb") as source:
        tree = ast.parse(source.read())
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            pairs = [(alias.name, alias.asname or alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            pairs = [(node.module, alias.asname or alias.name) for alias in node.names]
        else:
            continue
        for module, name in pairs:
            if wanted in ("", name) and module not in found and any(
                module == other or module.startswith(other + ".") for other in missing
            ):
                found.append(module)
    return found


def _file_of(error):
    """The file of the swarm in whose code an exception was raised, as a path below its folder."""
    file = None
    position = error.__traceback__
    while position is not None:
        name = position.tb_frame.f_code.co_filename
        if name.startswith(shown_folder):
            file = name[len(shown_folder):]
        position = position.tb_next
    return file


def _refused(error):
    """Whether the call itself failed, before any line of the agent ran."""
    frames = 0
    position = error.__traceback__
    while position is not None:
        frames += 0 if _is_hidden(position.tb_frame.f_code.co_filename) else 1
        position = position.tb_next
    return frames == 0 and "perform" in message_of(error)


def message_of(error):
    if isinstance(error, MemoryError) and not error.args:
        return "the agent ran out of memory"
    return _shortened(_text(error, str))


def _text(value, convert):
    try:
        return convert(value)
    except BaseException:
        return "(its text cannot be made: %s of %s raised)" % (
            convert.__name__, type(value).__name__
        )


def _shortened(text, limit=_MESSAGE_LIMIT):
    if len(text) <= limit:
        return text
    half = limit // 2
    return "%s\n… %d characters left out …\n%s" % (text[:half], len(text) - limit, text[-half:])


def _is_hidden(path):
    return path.startswith(_HOST_PREFIX) or path.startswith("<frozen ")


# The folder of the swarm's files as traces show it, and the names that agents may import;
# agent_loading.failures sets both.
shown_folder = "\0"
modules = None

# How the host's files are called when they are compiled.
_HOST_PREFIX = "<swarmctl>/"


def line_of(error):
    """The line, 1-based, of the innermost frame in a file of the swarm, or None."""
    line = None
    position = error.__traceback__
    while position is not None:
        if position.tb_frame.f_code.co_filename.startswith(shown_folder):
            line = position.tb_lineno
        position = position.tb_next
    return line


def trace_of(error):
    """The stack trace without the host's own frames, or None where none can be made."""
    try:
        import traceback

        described = traceback.TracebackException.from_exception(error)
        _hide(described, set())
        return _shortened("".join(described.format()), _TRACE_LIMIT)
    except BaseException:
        return None


def _hide(described, seen):
    if described is None or id(described) in seen:
        return
    seen.add(id(described))
    shown = [frame for frame in described.stack if not _is_hidden(frame.filename)]
    described.stack[:] = shown
    _hide(described.__cause__, seen)
    _hide(described.__context__, seen)
    for member in getattr(described, "exceptions", None) or ():
        _hide(member, seen)
