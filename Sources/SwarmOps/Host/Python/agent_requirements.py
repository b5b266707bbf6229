"""What a swarm's files need beyond the standard library: the mode `requirements`, read from sources alone.

An import names a module, an installer wants a distribution; for most the name is the same, and the
others that are met most are listed here.
"""

import ast
import os
import re
import sys

# Module, or the beginning of a dotted name, to distribution.
_DISTRIBUTIONS = {
    "attr": "attrs", "atlassian": "atlassian-python-api", "azure.storage.file": "azure-storage-file",
    "azure.storage.fileshare": "azure-storage-file-share", "barcode": "python-barcode",
    "Bio": "biopython", "bs4": "beautifulsoup4", "bson": "pymongo", "cairo": "pycairo",
    "camelot": "camelot-py", "community": "python-louvain", "corsheaders": "django-cors-headers",
    "Crypto": "pycryptodome", "cv2": "opencv-python", "dateutil": "python-dateutil",
    "decouple": "python-decouple", "discord": "discord.py", "dns": "dnspython",
    "docx": "python-docx", "dotenv": "python-dotenv", "ee": "earthengine-api",
    "environ": "django-environ", "faiss": "faiss-cpu", "fitz": "PyMuPDF", "gi": "PyGObject",
    "git": "GitPython", "github": "PyGithub", "gitlab": "python-gitlab",
    "google.auth": "google-auth", "google.genai": "google-genai",
    "google.generativeai": "google-generativeai", "google.oauth2": "google-auth",
    "google.protobuf": "protobuf", "google_auth_oauthlib": "google-auth-oauthlib",
    "googleapiclient": "google-api-python-client", "gtts": "gTTS", "jose": "python-jose",
    "jwt": "PyJWT", "ldap": "python-ldap", "magic": "python-magic", "memcache": "python-memcached",
    "mpl_toolkits": "matplotlib", "msgraph": "msgraph-sdk", "multipart": "python-multipart",
    "MySQLdb": "mysqlclient", "mysql.connector": "mysql-connector-python", "nacl": "PyNaCl",
    "newspaper": "newspaper3k", "nmap": "python-nmap", "OpenSSL": "pyOpenSSL", "osgeo": "GDAL",
    "paho": "paho-mqtt", "pdfminer": "pdfminer.six", "PIL": "Pillow", "pkg_resources": "setuptools",
    "pptx": "python-pptx", "psycopg2": "psycopg2-binary", "pyaudio": "PyAudio", "pylab": "matplotlib",
    "pythoncom": "pywin32", "readability": "readability-lxml", "rest_framework": "djangorestframework",
    "ruamel": "ruamel.yaml", "serial": "pyserial", "shapefile": "pyshp", "skimage": "scikit-image",
    "sklearn": "scikit-learn", "slack": "slackclient", "slugify": "python-slugify",
    "snowflake.connector": "snowflake-connector-python", "socketio": "python-socketio",
    "speech_recognition": "SpeechRecognition", "tabula": "tabula-py", "tavily": "tavily-python",
    "telegram": "python-telegram-bot", "umap": "umap-learn", "usb": "pyusb",
    "websocket": "websocket-client", "whisper": "openai-whisper", "whois": "python-whois",
    "win32api": "pywin32", "win32com": "pywin32", "wx": "wxPython", "Xlib": "python-xlib",
    "yaml": "PyYAML", "zmq": "pyzmq",
}

# Packages that several distributions share: their parts' names make the distribution's.
_SHARED = {
    "azure": {"ai": 3, "communication": 3, "data": 3, "keyvault": 3, "mgmt": 3, "monitor": 3,
              "search": 3, "storage": 3},
    "google": {"cloud": 3},
    "botbuilder": {},
}

# Names of files that stand for no module of a package index.
_OWN = ("agents", "basic_agent", "openrappter", "skills", "utils", "__future__", "__main__")

# A distribution, extras, versions and a marker. No option of an installer and no address: the names
# come from bundles of strangers, and the list goes to an installer.
_REQUIREMENT = re.compile(
    r"""(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)
        \s*(?P<extras>\[[A-Za-z0-9._,\ -]*\])?
        \s*(?P<versions>(?:(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+\s*,?\s*)*)
        \s*(?:;(?P<marker>[A-Za-z0-9_.,<>=!~()'"\ -]+))?""",
    re.VERBOSE,
)


def requirements(sources, files, modules):
    """The rows of a requirements list, by name, and the declarations that are none."""
    rows, refused = {}, []
    for file in files:
        for text in sources.declared(file)["requires"]:
            match = _REQUIREMENT.fullmatch(text)
            if match is None:
                refused.append({"file": file, "text": text[:200]})
                continue
            name = match["name"]
            bare = not match["versions"]
            if bare and _is_standard(name) and name not in _DISTRIBUTIONS:
                continue
            name = _DISTRIBUTIONS.get(name, name)
            row = _row(rows, name, file)
            row["declared"] = True
            detail = (match["extras"] or "") + ",".join(
                part.replace(" ", "") for part in match["versions"].split(",") if part.strip()
            )
            if match["marker"]:
                detail += "; " + match["marker"].strip()
            if len(detail) > len(row["detail"]):
                row["detail"] = detail
        for module in _imported(sources.tree(file)):
            if _is_foreign(module, sources, modules):
                row = _row(rows, _distribution(module), file)
                if module not in row["modules"]:
                    row["modules"].append(module)
    return [rows[key] for key in sorted(rows)], refused


def _row(rows, name, file):
    row = rows.setdefault(re.sub("[-_.]+", "-", name).lower(), {
        "name": name, "detail": "", "declared": False, "modules": [], "files": [],
    })
    if file not in row["files"]:
        row["files"].append(file)
    return row


def _distribution(module):
    """The distribution that holds a module, by its dotted name."""
    parts = module.split(".")
    for count in range(len(parts), 0, -1):
        known = _DISTRIBUTIONS.get(".".join(parts[:count]))
        if known:
            return known
    return "-".join(parts[: _depth(parts)]).replace("_", "-")


def _depth(parts):
    """How many words of a module's name make the distribution's."""
    shared = _SHARED.get(parts[0])
    if shared is None:
        return 1
    return shared.get(parts[1], 2) if len(parts) > 1 else 2


def _is_foreign(module, sources, modules):
    """Whether a module is a package's: not Python's, the contract's or the swarm's own."""
    first = module.partition(".")[0]
    if not first or not module.isascii() or first in _OWN or first in modules._ABSENT or _is_standard(first):
        return False
    path = sources.folder + "/" + first
    return not (os.path.isfile(path + ".py") or os.path.isdir(path))


def _is_standard(name):
    known = getattr(sys, "stdlib_module_names", None)
    if known is not None:
        return name in known
    # Python 3.9 cannot say; without `site` there is nothing else on the path.
    import importlib.machinery

    return name in sys.builtin_module_names or (
        importlib.machinery.PathFinder.find_spec(name) is not None
    )


def _imported(tree):
    """The dotted names that a file imports from elsewhere, but for those of type checkers alone."""
    waiting, found = [tree], []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            parts = node.module.split(".")
            # `from google.cloud import storage`: the distribution is known by the last word alone.
            if len(parts) < _depth(parts):
                found += [node.module + "." + alias.name for alias in node.names]
            else:
                found.append(node.module)
        waiting += ast.iter_child_nodes(node)
    return sorted(set(found))


def serve(channel, request, modules, sources):
    """Sends one frame for each distribution and one for each declaration that is none."""
    rows, refused = requirements(sources, request["files"], modules)
    for row in rows:
        channel.send(dict(row, type="requirement"))
    for item in refused:
        channel.send(dict(item, type="refused"))
