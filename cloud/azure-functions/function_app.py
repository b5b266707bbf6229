"""Swarms over HTTP on Azure Functions, with swarmctl as the engine.

Settings: `SWARMCTL`, the program (default: `swarmctl` on the path or beside this file), and
`SWARMCTL_ROOT`, the mounted folder that holds the swarms. Who may call is the platform's business:
every route needs a function key unless the app is deployed otherwise.
"""

import json
import os
import re
import shutil

import azure.functions as func

from engine import Engine, EngineEnded, command

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ.get("SWARMCTL") or shutil.which("swarmctl") or os.path.join(HERE, "swarmctl")
ROOT = os.environ.get("SWARMCTL_ROOT") or os.path.expanduser("~/.rapp-swarm")
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LARGEST_BODY = 64 << 20

# The HTTP status of an error code of swarmctl; what is not here is 500.
STATUSES = {
    "usage": 400, "bad_user": 400, "bad_argument": 400, "ambiguous": 400, "bad_bundle": 400,
    "agent_not_loadable": 400, "confirmation_required": 400,
    "refused": 403,
    "no_such_swarm": 404, "no_such_agent": 404, "no_such_user": 404, "no_such_snapshot": 404,
    "conflict": 409, "invalid_memory": 409,
    "sealed": 423,
    "busy": 503, "engine_ended": 503,
    "timeout": 504,
}

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
engine = Engine(PROGRAM, ROOT)


@app.route(route="swarm/deploy", methods=["POST"])
def deploy(req: func.HttpRequest) -> func.HttpResponse:
    """Creates or updates a swarm from the bundle in the body."""
    body = req.get_body()
    if len(body) > LARGEST_BODY:
        return refused("bad_bundle", "the bundle has more than 64 MiB")
    return respond(command(PROGRAM, ROOT, "deploy", "-", given=body))


@app.route(route="swarm/{guid}/agent", methods=["POST"])
def agent(req: func.HttpRequest) -> func.HttpResponse:
    """Makes one call: `{"name": …, "args": {…}, "user_guid": …}`."""
    try:
        body = json.loads(req.get_body())
    except ValueError:
        return refused("usage", "the body is not JSON")
    if not isinstance(body, dict):
        return refused("usage", "the body is not a JSON object")
    unknown = sorted(set(body) - {"name", "args", "user_guid"})
    if unknown:
        # A misspelled user_guid must never become the shared memory.
        return refused(
            "usage", f"unknown member {unknown[0]}: the body has name, args and user_guid alone")
    guid = swarm(req)
    if guid is None:
        return no_swarm(req)
    try:
        return respond(engine.call({**body, "swarm_guid": guid}))
    except EngineEnded as error:
        return refused("engine_ended", str(error))


@app.route(route="swarm/healthz", methods=["GET"])
def health(req: func.HttpRequest) -> func.HttpResponse:
    """Whether the root can be read, and how many swarms it holds."""
    answer = command(PROGRAM, ROOT, "list")
    if answer.get("status") != "ok":
        return respond(answer)
    return respond({"status": "ok", "swarms": len(answer["swarms"]), "engine": engine.is_running()})


@app.route(route="swarm/{guid}/healthz", methods=["GET"])
def swarm_health(req: func.HttpRequest) -> func.HttpResponse:
    """Whether a swarm is there, and what it is called."""
    guid = swarm(req)
    if guid is None:
        return no_swarm(req)
    answer = command(PROGRAM, ROOT, "inspect", guid)
    if answer.get("status") != "ok":
        return respond(answer)
    found = answer["swarms"][0]
    return respond({"status": "ok", "swarm_guid": guid, "name": found.get("name"),
                    "agent_count": found.get("agent_count")})


@app.route(route="swarm/{guid}/seal", methods=["POST"])
def seal(req: func.HttpRequest) -> func.HttpResponse:
    """Seals a swarm: agents run, memory does not change any more."""
    guid = swarm(req)
    return no_swarm(req) if guid is None else respond(command(PROGRAM, ROOT, "seal", guid))


@app.route(route="swarm/{guid}/snapshots", methods=["GET", "POST"])
def snapshots(req: func.HttpRequest) -> func.HttpResponse:
    """Lists the snapshots of a swarm, or makes one: `{"label": …}`."""
    guid = swarm(req)
    if guid is None:
        return no_swarm(req)
    if req.method == "GET":
        return respond(command(PROGRAM, ROOT, "snapshot", "list", guid))
    try:
        body = json.loads(req.get_body() or b"{}")
        label = body.get("label", "snapshot")
    except (ValueError, AttributeError):
        return refused("usage", "the body is not a JSON object")
    if not isinstance(label, str):
        return refused("usage", "label is not a string")
    return respond(command(PROGRAM, ROOT, "snapshot", "create", guid, "--", label))


def swarm(req):
    """The GUID that the route names, in lower case, or None: names and prefixes are for people."""
    guid = req.route_params.get("guid", "")
    return guid.lower() if GUID.fullmatch(guid) else None


def no_swarm(req):
    return refused("no_such_swarm", "the address has no valid GUID of a swarm")


def refused(code, message):
    return respond({"status": "error", "code": code, "message": message})


def respond(answer):
    """An answer of swarmctl as a response; its `code` gives the HTTP status."""
    status = 200 if answer.get("status") == "ok" else STATUSES.get(answer.get("code"), 500)
    headers = {"Retry-After": "1"} if status == 503 else None
    return func.HttpResponse(
        json.dumps(answer), status_code=status, mimetype="application/json", headers=headers)
