"""Drives the app through the vendor's own worker library, as the Functions host does.

The host speaks to a worker over a wire of messages; here the messages are plain objects. Routing is the
host's: what it would choose by method and route template is chosen here by the same rules.
"""

import asyncio
import json
import re
import types

import azure_functions_runtime as runtime


class Message:
    """A message of the wire: keyword arguments become fields."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        # An absent field of a message is empty; a message has no classes and no special methods.
        if name[0] == "_" or name[0].isupper():
            raise AttributeError(name)
        return Message()

    def __bool__(self):
        return bool(self.__dict__)

    def WhichOneof(self, _):
        return next(iter(self.__dict__), None)


class Messages(types.ModuleType):
    """The module of message classes: each is made when it is asked for."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (Message,), {"Success": 1, "Failure": 0})
        if name == "BindingInfo":
            for number, direction in enumerate(("in", "out", "inout", "undefined")):
                setattr(made, direction, number)
        if name == "RpcHttpCookie":
            made.SameSite = type("SameSite", (), {"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3})
        setattr(self, name, made)
        return made


class Worker:
    """One worker with the app loaded."""

    def __init__(self, folder):
        self._messages = Messages("protos")
        runtime.start_threadpool_executor()
        started = asyncio.run(self._ask(
            runtime.worker_init_request,
            worker_init_request=Message(capabilities={}, function_app_directory=folder)))
        assert started.result.status == 1, started.result.exception.__dict__
        found = asyncio.run(self._ask(runtime.functions_metadata_request))
        self.routes = []
        for function in found.function_metadata_results:
            binding = next(b for b in map(json.loads, function.raw_bindings) if "route" in b)
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", binding["route"])
            self.routes.append((binding["route"].count("{"), re.compile("/api/" + pattern),
                                [m.upper() for m in binding["methods"]], function.function_id))
        self.routes.sort(key=lambda route: route[0])

    async def request(self, method, path, body=b""):
        """One HTTP request: status, headers, and the JSON of the response."""
        matching = [(m, r) for r in self.routes if (m := r[1].fullmatch(path))]
        if not matching:
            return 404, {}, None
        chosen = next(((m, r) for m, r in matching if method in r[2]), None)
        if chosen is None:
            return 405, {}, None
        match, (_, _, _, function) = chosen
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        http = Message(
            method=method, url="http://host" + path, headers={}, params=match.groupdict(), query={},
            body=Message(bytes=data))
        done = await self._ask(
            runtime.invocation_request,
            invocation_request=Message(
                invocation_id=path, function_id=function, trigger_metadata={},
                input_data=[Typed(name="req", data=Message(http=http))]))
        assert done.result.status == 1, done.result.exception.__dict__
        reply = done.return_value.http
        content = reply.body.__dict__.get("bytes") or reply.body.__dict__.get("string")
        return int(reply.status_code), reply.headers, json.loads(content)

    async def _ask(self, handler, **fields):
        return await handler(Message(
            request=Message(**fields), properties={"host": "127.0.0.1", "protos": self._messages}))


class Typed(Message):
    """An input of an invocation."""

    def WhichOneof(self, _):
        return "data"
