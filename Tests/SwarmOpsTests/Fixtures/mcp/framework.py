"""A whole loop of an agent framework, tool choice included, with a scripted model and no network.

    python framework.py PROGRAM ROOT SWARM loop
"""

import asyncio
import sys

from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel

PROGRAM, ROOT, SWARM = sys.argv[1:4]
SEEN = []


def model(messages, info):
    """Chooses a tool by its description, then says what the tool said."""
    SEEN.append((info.instructions or "", sorted(tool.name for tool in info.function_tools)))
    last = messages[-1].parts[-1]
    if isinstance(last, ToolReturnPart):
        return ModelResponse(parts=[TextPart("The tool says: %s" % last.content)])
    tool = next(tool for tool in info.function_tools if tool.description == "about Save")
    return ModelResponse(parts=[ToolCallPart(tool.name, {"key": "tea"})])


async def main():
    transport = StdioTransport(
        command=PROGRAM, args=["mcp", SWARM, "--root", ROOT, "--shared"])
    agent = Agent(
        FunctionModel(model), toolsets=[MCPToolset(transport, include_instructions=True)])
    async with agent:
        for _ in range(2):
            result = await agent.run("I like tea.")
            assert result.output == "The tool says: saved tea", result.output
    assert SEEN[0][1] == ["Do", "Save"], SEEN
    assert "Be brief." in SEEN[0][0], SEEN


asyncio.run(asyncio.wait_for(main(), 100))
