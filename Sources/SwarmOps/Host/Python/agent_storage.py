"""The storage managers of community agents, bound to the namespace of the call.

Elsewhere they speak to a file share that holds every user's files; here the share is one folder, the
one of the call's memory.json. Fetched only when an agent imports one of them.
"""

import json
import os
import _thread

_SENTINEL = "c0p110t0-aaaa-bbbb-cccc-123456789abc"

# Read as bytes even where they happen to be valid text, as on a file share.
_BINARY_ENDINGS = (
    ".pptx", ".docx", ".xlsx", ".pdf", ".zip", ".jpg", ".png", ".gif", ".jpeg", ".webp",
)

_ABSENT = object()

# Whoever changes what it has read must not meet another thread of the agent between the two.
_lock = _thread.RLock()

_modules = None


class StoredFile(str):
    """An entry of list_files: its name as text, with the attributes of a file share's entry."""

    def __new__(cls, name, path):
        entry = super().__new__(cls, name)
        entry.name = name
        entry.is_directory = os.path.isdir(path)
        try:
            entry.size = os.stat(path).st_size
        except OSError:
            entry.size = 0
        return entry

    def __getitem__(self, key):
        return getattr(self, key) if isinstance(key, str) else super().__getitem__(key)

    def get(self, key, default=None):
        return getattr(self, key, default)


class AzureFileStorageManager:
    """Memory and files of one namespace. No argument selects another one."""

    DEFAULT_MARKER_GUID = _SENTINEL

    def __init__(self, share_name=None, *_, **__):
        if not _modules.memory_path:
            raise RuntimeError("there is no memory here: no namespace was given")
        self.share_name = share_name
        self.account_name = None
        self.shared_memory_path = "shared_memories"
        self.default_file_name = "memory.json"
        self.current_guid = _modules.user_guid
        self.current_memory_path = (
            "memory/" + self.current_guid if self.current_guid else self.shared_memory_path
        )

    @property
    def base_path(self):
        return os.path.dirname(_modules.memory_path)

    # Memory

    def set_memory_context(self, user_guid=None, *_):
        """True for nobody in particular and for the call's own user, else False; it never moves."""
        if user_guid is None:
            return True
        wanted = str(user_guid).strip().lower()
        return wanted in ("", _SENTINEL, (_modules.user_guid or "").lower())

    def read_json(self, file_path=None, *names):
        """The memory, or another JSON file beside it; {} where there is none yet."""
        path = self._json_path(file_path, names)
        try:
            with open(path, "r", encoding="utf-8-sig") as file:
                text = file.read()
        except FileNotFoundError:
            return {}
        if not text.strip():
            return {}
        try:
            return json.loads(text)
        except ValueError as error:
            # {} would let the agent write over what it could not read.
            raise ValueError("%s is not valid JSON: %s" % (os.path.basename(path), error)) from None

    def write_json(self, data, file_path=None, *names):
        # All text first: an object that JSON refuses must not leave half a file.
        text = json.dumps(data, indent=2, default=str)
        with _lock:
            self._write(self._json_path(file_path, names), text.encode("utf-8", "surrogatepass"))
        return True

    def update_json(self, mutator, file_path=None, *names):
        """Reads, calls, writes; what the function returns, unless None, replaces what was read."""
        with _lock:
            data = self.read_json(file_path, *names)
            returned = mutator(data)
            if returned is not None:
                data = returned
            self.write_json(data, file_path, *names)
        return data

    def _json_path(self, file_path, names):
        if file_path is None or file_path == "":
            return _modules.memory_path
        return self._resolve(file_path, *names[:1])

    # Files, by directory and name, or by one path

    def read_file(self, directory_name, file_name=None):
        """Text, or bytes where it is not text; None where there is no such file."""
        content = self.read_file_binary(directory_name, file_name)
        if content is None or str(file_name or directory_name).lower().endswith(_BINARY_ENDINGS):
            return content
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return content

    def read_file_binary(self, directory_name, file_name=None):
        try:
            with open(self._resolve(directory_name, file_name), "rb") as file:
                return file.read()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def write_file(self, directory_name, file_name=None, content=_ABSENT):
        if content is _ABSENT:
            directory_name, file_name, content = directory_name, None, file_name
        if hasattr(content, "read"):
            if hasattr(content, "seek"):
                content.seek(0)
            content = content.read()
        if isinstance(content, (bytes, bytearray, memoryview)):
            content = bytes(content)
        else:
            content = str(content).encode("utf-8", "surrogatepass")
        self._write(self._resolve(directory_name, file_name), content)
        return True

    def list_files(self, directory_name="", auto_create=True):
        """The entries of a directory, by name; [] where there is none."""
        folder = self._resolve(directory_name)
        try:
            names = sorted(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [StoredFile(name, folder + "/" + name) for name in names]

    def delete_file(self, directory_name, file_name=None):
        try:
            os.unlink(self._resolve(directory_name, file_name))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
            return False
        return True

    def file_exists(self, directory_name, file_name=None):
        return os.path.exists(self._resolve(directory_name, file_name))

    def ensure_directory_exists(self, directory_name):
        if not directory_name:
            return False
        try:
            os.makedirs(self._resolve(directory_name), 0o700, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            return False
        return True

    def get_file_properties(self, directory_name, file_name=None):
        path = self._resolve(directory_name, file_name)
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        from datetime import datetime, timezone

        return {
            "name": os.path.basename(path),
            "size": status.st_size,
            "content_type": None,
            "last_modified": datetime.fromtimestamp(status.st_mtime, timezone.utc),
            "etag": "%x-%x" % (status.st_mtime_ns, status.st_size),
        }

    def copy_file(self, from_directory, from_name, to_directory, to_name=None):
        content = self.read_file_binary(from_directory, from_name)
        if content is None:
            return False
        return self.write_file(to_directory, to_name or from_name, content)

    def generate_download_url(self, directory, filename=None, expiry_minutes=30):
        raise NotImplementedError(
            "download links are not available here: the files of this swarm are not on a web server"
        )

    def refresh_credentials(self):
        return None

    # Paths

    def _resolve(self, *names):
        """The path of a name below the namespace's folder; ValueError for any other."""
        root = os.path.realpath(self.base_path)
        parts = [os.fspath(name) for name in names if name is not None and name != ""]
        if any(not isinstance(part, str) for part in parts):
            raise ValueError("a file name must be a string")
        name = "/".join(parts)
        if "\0" in name or ".." in name.replace("\\", "/").split("/"):
            raise ValueError("%r leaves the folder of this user's memory" % name)
        if self._is_memory(parts):
            return _modules.memory_path
        path = os.path.realpath(os.path.join(root, name))
        # After links are followed: one that an agent laid must not lead out either.
        if path != root and not path.startswith(root + "/"):
            raise ValueError("%r leaves the folder of this user's memory" % name)
        return path

    def _is_memory(self, parts):
        """Whether a path is the one that memory has on a file share."""
        folder, _, name = "/".join(parts).rpartition("/")
        return name in ("memory.json", "user_memory.json") and folder.strip("/") in (
            self.shared_memory_path, self.current_memory_path,
        )

    @staticmethod
    def _write(path, content):
        """Replaces a file whole: another thread that reads it never sees half of it."""
        folder, name = os.path.split(path)
        os.makedirs(folder, 0o700, exist_ok=True)
        temporary = "%s/.%d.tmp" % (folder, _thread.get_ident())
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            with open(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            try:
                os.unlink(temporary)
            except OSError:
                pass
            raise


class LocalFileStorageManager(AzureFileStorageManager):
    """The same under its other name."""


# The very same class: agents compare them.
DynamicsStorageManager = AzureFileStorageManager


def safe_json_loads(text):
    if not text:
        return {}
    if isinstance(text, (dict, list)):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return {"error": "Invalid JSON: %s" % text}


_manager = None


def get_storage_manager(*_, **__):
    """The storage manager of the call, one for all who ask."""
    global _manager
    if _manager is None:
        _manager = LocalFileStorageManager()
    return _manager


def create_storage_manager_safe():
    try:
        return get_storage_manager()
    except Exception:
        return None


def reset_storage_manager():
    global _manager
    _manager = None


def supply(module, modules):
    """Fills a module of the contract with the names that agents import from it."""
    global _modules
    _modules = modules
    for item in (
        AzureFileStorageManager, LocalFileStorageManager, safe_json_loads, get_storage_manager,
        create_storage_manager_safe, reset_storage_manager,
    ):
        setattr(module, item.__name__, item)
    module.DynamicsStorageManager = DynamicsStorageManager
    module.LocalFileItem = StoredFile
    module.LocalStorageManager = LocalFileStorageManager
