#!/usr/bin/env python3
"""An MCP client that saves entries; part of reliability.py.

    python3 mcp_client.py <words that start the server…> < ids

Starts the server, calls the tool Save for each id of standard input, five at once as clients do, and
prints the server's process id, then each id whose save the server has acknowledged.
"""

import json
import subprocess
import sys

_AT_ONCE = 5


def main():
    server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    print(server.pid, flush=True)

    def send(message):
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        server.stdin.flush()

    def answer():
        """The next answer; what else the server says is passed over."""
        for line in server.stdout:
            message = json.loads(line)
            if "id" in message:
                return message
        sys.exit("the server has ended")

    send({"id": "start", "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "reliability", "version": "1"}}})
    answer()
    send({"method": "notifications/initialized"})
    ids = sys.stdin.read().split()
    for first in range(0, len(ids), _AT_ONCE):
        together = ids[first:first + _AT_ONCE]
        for entry in together:
            send({"id": entry, "method": "tools/call", "params": {
                "name": "Save", "arguments": {"id": entry}}})
        for _ in together:
            message = answer()
            result = message.get("result", {})
            if result.get("isError") is False:
                if result["content"][0]["text"] == "saved " + message["id"]:
                    print(message["id"], flush=True)
    server.stdin.close()
    sys.exit(server.wait())


main()
