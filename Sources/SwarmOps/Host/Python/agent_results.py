"""Results that are not plain text, made into text or JSON. Fetched only when perform returns one."""

import json
import sys

# How often a result may turn out to be another one to await or to unwrap.
_DEPTH_LIMIT = 20


def encoded(value, limit):
    """What a frame carries for `value`: its kind, text or json, and the text of it.

    Strings past `limit` characters may be returned unfinished: the caller refuses them by length.
    """
    value = settled(value, limit)
    if isinstance(value, str):
        return "text", str.__str__(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "text", bytes(value).decode("utf-8", "replace")
    if _is_data(value):
        return "json", as_json(value)
    return "text", str(value)


def as_json(value):
    """JSON of any value; what JSON cannot hold is replaced by the nearest that it can."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_nearest)
    except (ValueError, TypeError, RecursionError):
        return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def settled(value, limit):
    """Awaits, drains and unwraps until a value is left that can be shown."""
    for _ in range(_DEPTH_LIMIT):
        if isinstance(value, (str, bytes, dict, list, int, float)) or value is None:
            break
        kind = type(value)
        if hasattr(kind, "__await__"):
            value = _awaited(value)
        elif hasattr(kind, "__anext__"):
            value = _awaited(_drained(value, limit))
        elif hasattr(kind, "__next__"):
            value = _joined(value, limit)
        elif _is_outcome(value):
            value = value.value if value.is_success else {
                "status": "error", "message": str(value.error)
            }
        else:
            break
    return value


def _awaited(value):
    import asyncio

    async def wait():
        return await value

    return asyncio.run(wait())


async def _drained(stream, limit):
    parts = _Parts(limit)
    async for part in stream:
        if not parts.add(part):
            break
    return parts.whole()


def _joined(iterator, limit):
    parts = _Parts(limit)
    for part in iterator:
        if not parts.add(part):
            break
    return parts.whole()


class _Parts:
    """What a generator yields: text that belongs together, or a list of other things."""

    def __init__(self, limit):
        self.items = []
        self.room = limit + 1
        self.is_text = True

    def add(self, part):
        if isinstance(part, (bytes, bytearray)):
            part = bytes(part).decode("utf-8", "replace")
        self.is_text = self.is_text and isinstance(part, str)
        self.items.append(part)
        # Anything takes at least this much: an endless generator ends at the limit.
        self.room -= len(part) if isinstance(part, str) else 2
        return self.room > 0

    def whole(self):
        return "".join(self.items) if self.is_text else self.items


def _is_outcome(value):
    outcomes = sys.modules.get("utils.result")
    return outcomes is not None and isinstance(value, getattr(outcomes, "Result", ()))


def _is_data(value):
    return value is None or isinstance(
        value, (dict, list, tuple, set, frozenset, bool, int, float)
    ) or _fields(value) is not None


def _fields(value):
    """The fields of a dataclass instance as a dict, or None."""
    fields = getattr(type(value), "__dataclass_fields__", None)
    if not isinstance(fields, dict) or isinstance(value, type):
        return None
    return {name: getattr(value, name) for name in fields if hasattr(value, name)}


def _nearest(value):
    fields = _fields(value)
    if fields is not None:
        return fields
    if isinstance(value, (set, frozenset)):
        return _listed(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _listed(values):
    try:
        return sorted(values)
    except TypeError:
        return list(values)


def plain(value, depth=0, above=()):
    """A copy that JSON can hold: keys are text, cycles and numbers without end become null."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if value - value == 0 else None
    if depth > 100 or id(value) in above:
        return None
    above = above + (id(value),)
    if isinstance(value, dict):
        return {_key(key): plain(item, depth + 1, above) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1, above) for item in value]
    nearest = _nearest(value)
    return nearest if isinstance(nearest, str) else plain(nearest, depth + 1, above)


def _key(key):
    if isinstance(key, str):
        return key
    if isinstance(key, bool) or key is None:
        return json.dumps(key)
    return str(key)
