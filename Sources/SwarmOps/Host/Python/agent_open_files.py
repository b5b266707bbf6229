"""What an agent leaves in open files is written out: its process ends without Python's finalisation."""

import gc
import os
from _io import _IOBase


def write_out(host):
    """Writes out every file that is open, wherever it is kept.

    Returns the details of the call's failure where one cannot be written, or None.
    """
    failure = None
    # What is wrapped was made before its wrapper.
    for file in reversed([value for value in gc.get_objects() if issubclass(type(value), _IOBase)]):
        try:
            # Pipes may have nobody who reads them.
            if os.fstat(file.fileno()).st_mode & 0o170000 != 0o100000:
                continue
        except Exception:
            continue  # Closed, or no file.
        try:
            file.flush()
        except OSError as error:
            failure = failure or error
        except Exception:
            pass
    if failure is None:
        return None
    details = host.host_module("agent_loading").failures().perform_failed(failure, None)
    details.update(host.noted(failure))
    return details
