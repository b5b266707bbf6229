"""Starts the agent host from its bytecode, or from its files where there is none for this Python.

swarmctl passes this text to `python -c`, with the folder of the host's files as the only argument. Nothing
of the host is imported, so Python neither looks for bytecode beside the files nor writes any.
"""

import _frozen_importlib_external as external
import marshal
import sys

# What the file of bytecode begins with: swarmctl's checksum and Python's magic number.
CHECKSUM, MAGIC = 16, 4


def write_whole(path, data, mode=0o666, os=external._os, FileIO=external._io.FileIO):
    """Writes the bytecode of an agent, whole or not at all.

    Python before 3.13 takes a short write of bytecode for a whole one, and a full disk or a size limit would
    leave a file that no later run could load.
    """
    draft = "%s.%d" % (path, id(path))
    number = os.open(draft, os.O_EXCL | os.O_CREAT | os.O_WRONLY, mode & 0o666)
    try:
        with FileIO(number, "wb") as file:
            if file.write(data) != len(data):
                raise OSError
        os.replace(draft, path)
    except OSError:
        os.unlink(draft)
        raise


def load_host(folder):
    """The module of the host, executed but not imported."""
    bytecode = None
    try:
        with external._io.FileIO(folder + "/bytecode") as file:
            data = file.readall()
        if data[CHECKSUM:CHECKSUM + MAGIC] == external.MAGIC_NUMBER:
            bytecode = marshal.loads(memoryview(data)[CHECKSUM + MAGIC:])
    except (OSError, ValueError, EOFError, TypeError):
        pass
    module = type(sys)("agent_host")
    module.__file__ = folder + "/agent_host.py"
    if bytecode:
        code = marshal.loads(bytecode["agent_host"])
    else:
        with external._io.FileIO(module.__file__) as file:
            code = compile(
                file.readall(), "<swarmctl>/agent_host.py", "exec", dont_inherit=True)
    module.bytecode = bytecode
    exec(code, module.__dict__)
    return module


external._write_atomic = write_whole
host = load_host(sys.argv[1])
# Agents find the names of a plain main module.
__doc__ = None
del external, marshal, CHECKSUM, MAGIC, write_whole, load_host
host.main()
