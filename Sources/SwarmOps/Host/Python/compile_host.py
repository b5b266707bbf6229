"""Compiles the host's files into one file of bytecode, and executes none of them.

swarmctl passes this text to `python -c`, with the folder of the files and the path to write. The file is of
the form that start_host reads, but for the checksum at its beginning.
"""

import _frozen_importlib_external as external
import marshal
import sys

folder, path = sys.argv[1:3]
compiled = {}
for name in sorted(external._os.listdir(folder)):
    if name.endswith(".py"):
        with external._io.FileIO(folder + "/" + name) as file:
            code = compile(file.readall(), "<swarmctl>/" + name, "exec", dont_inherit=True)
        compiled[name[:-3]] = marshal.dumps(code)
data = external.MAGIC_NUMBER + marshal.dumps(compiled)
with external._io.FileIO(path, "xb") as file:
    if file.write(data) != len(data):
        sys.exit(1)
