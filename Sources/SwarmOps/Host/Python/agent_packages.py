"""The interpreter's installed packages, for agents that import one: `site` costs more than a whole run."""

import _frozen_importlib_external as _external
import os
import sys

_PathFinder = _external.PathFinder
_site_started = False


def find_spec(name):
    """A package that nothing before has, once `site` was started for it."""
    return _PathFinder.find_spec(name) if _start_site() else None


def find_distributions(context):
    """The packages that `site` adds to the path, for importlib.metadata."""
    known = list(sys.path)
    if "path" in getattr(context, "__dict__", ()) or not _start_site():
        return ()
    added = [entry for entry in sys.path if entry not in known]
    return _PathFinder.find_distributions(
        type(context)(name=getattr(context, "name", None), path=added)
    )


def _start_site():
    """Adds the interpreter's packages to the path, once; says whether this call did."""
    global _site_started
    if _site_started:
        return False
    _site_started = True
    import site

    known = list(sys.path)
    site.main()
    # It makes every entry absolute; an agent that added one must be able to take it away again.
    absolute = {os.path.abspath(entry) for entry in known}
    sys.path[:] = known + [entry for entry in sys.path if entry not in absolute]
    # -I left out the user's packages and PYTHONPATH. They are honoured, after everything else.
    if sys.prefix == sys.base_prefix:
        user = site.getusersitepackages()
        if os.path.isdir(user):
            site.addsitedir(user)
    for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if entry and entry not in sys.path:
            sys.path.append(entry)
    return True
