"""What the sources of a swarm say without being run: imports, declared packages, base classes."""

import ast
import os

# Keys under which authors list packages in __manifest__. `dependencies` holds agents as well.
_PACKAGE_KEYS = (
    "requires", "requirements", "python_dependencies", "pip_dependencies", "python_packages",
    "requires_packages", "packages", "pip", "dependencies",
)
_COMMENT_WORDS = ("requires:", "requirements:", "dependencies:", "packages:", "pip install ")


class Sources:
    """The files of a swarm, each parsed at most once."""

    def __init__(self, folder, shown_folder):
        self.folder = folder
        self.shown_folder = shown_folder
        self.trees = {}
        self.texts = {}

    def text(self, file):
        if file not in self.texts:
            try:
                with open(self.folder + "/" + file, "rb") as source:
                    self.texts[file] = source.read().decode("utf-8-sig", "replace")
            except OSError:
                self.texts[file] = ""
        return self.texts[file]

    def tree(self, file):
        if file not in self.trees:
            import warnings

            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self.trees[file] = ast.parse(self.text(file))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self.trees[file] = ast.Module(body=[], type_ignores=[])
        return self.trees[file]

    def declared(self, file):
        """What a file says it needs: files of the swarm, packages, environment variables."""
        manifest = self._manifest(file)
        packages = []
        for key in _PACKAGE_KEYS:
            packages += _texts(manifest.get(key))
        packages += _inline_metadata(self.text(file)) + _commented(self.text(file))
        # '@publisher/name' is another agent, not a package.
        packages = [name.strip() for name in packages if not name.strip().startswith("@")]
        return {
            "modules": self.imported(file),
            "requires": _once(packages),
            "requires_env": _once(_texts(manifest.get("requires_env"))),
        }

    def _manifest(self, file):
        for node in self.tree(file).body:
            targets = node.targets if isinstance(node, ast.Assign) else [
                getattr(node, "target", None)
            ]
            if any(isinstance(t, ast.Name) and t.id == "__manifest__" for t in targets):
                return _literal(node.value)
        return {}

    def derives_from(self, class_name, own_file):
        """Whether a class of another file of the swarm has `class_name` as its base."""
        try:
            names = sorted(os.listdir(self.folder))
        except OSError:
            return False
        for file in names:
            if file == own_file or not file.endswith(".py") or class_name not in self.text(file):
                continue
            for node in ast.walk(self.tree(file)):
                if isinstance(node, ast.ClassDef):
                    for base in node.bases:
                        if getattr(base, "id", getattr(base, "attr", None)) == class_name:
                            return True
        return False

    def imported(self, file):
        """The swarm's files that a file imports, directly or not, as paths below the folder."""
        found, waiting = [], [file]
        while waiting:
            current = waiting.pop()
            for name in _imports(self.tree(current), current):
                for path in self._files(name):
                    if path != file and path not in found:
                        found.append(path)
                        waiting.append(path)
        return sorted(found)

    def _files(self, name):
        """The files that importing a dotted name executes, packages' own included."""
        for prefix in ("openrappter.", "agents."):
            if name.startswith(prefix):
                name = name[len(prefix):]
        if name in ("basic_agent", ""):
            return []
        files, parts = [], name.split(".")
        for count in range(1, len(parts) + 1):
            path = "/".join(parts[:count])
            for candidate in (path + "/__init__.py", path + ".py"):
                if os.path.isfile(self.folder + "/" + candidate):
                    files.append(candidate)
                    break
        return files


def _imports(tree, file):
    """Every dotted name that a file may import, wherever in it, `from a import b` as a.b too."""
    package = file.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package[: len(package) - node.level + 1]
                base = ".".join(above + ([base] if base else []))
            for alias in node.names:
                yield base + "." + alias.name if base else alias.name
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", None))
            if called in ("import_module", "__import__"):
                name = getattr(node.args[0], "value", None)
                if isinstance(name, str):
                    yield name.lstrip(".")


def _literal(node):
    """A dict display with what in it is constant; the rest is left out."""
    if not isinstance(node, ast.Dict):
        return {}
    found = {}
    for key, value in zip(node.keys, node.values):
        try:
            found[ast.literal_eval(key)] = ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, RecursionError):
            continue
    return found


def _texts(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [item for item in value if isinstance(item, str)]
    if isinstance(value, (list, tuple, set)):
        named = [item.get("name") if isinstance(item, dict) else item for item in value]
        return [item for item in named if isinstance(item, str)]
    return []


def _inline_metadata(text):
    """The dependencies of an inline script metadata block (`# /// script`)."""
    names, inside, listing = [], False, False
    for line in text.splitlines():
        line = line.strip()
        if line == "# /// script":
            inside = True
        elif inside and (line == "# ///" or not line.startswith("#")):
            break
        elif inside:
            content = line[1:].strip()
            if content.replace(" ", "").startswith("dependencies=["):
                listing, content = True, content.split("[", 1)[1]
            if listing:
                listing = not content.split("#")[0].rstrip().endswith("]")
                names += _quoted(content)
    return names


def _quoted(text):
    names = []
    for quote in "\"'":
        names += text.split(quote)[1::2]
    return names


def _commented(text):
    """Packages that comments name: `# Requires: requests, bs4`, `# pip install requests`."""
    names = []
    for line in text.splitlines():
        line = line.strip()
        if not line.startswith("#"):
            continue
        content = line.lstrip("#").strip()
        for word in _COMMENT_WORDS:
            if content.lower().startswith(word):
                rest = content[len(word):]
                if word.startswith("pip"):
                    rest = ",".join(item for item in rest.split() if item[0] != "-")
                named = [item.strip() for item in rest.split(",")]
                if all(_is_requirement(item) for item in named):
                    names += named
    return names


def _is_requirement(text):
    """Whether a word reads like a package, with or without a version; prose does not."""
    name = text
    for mark in "[<>=!~;":
        name = name.split(mark)[0].rstrip()
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    return plain.isalnum() and name[0].isalpha() and text[-1] != "." and name.lower() not in (
        "python", "none", "nothing", "stdlib",
    )


def _once(names):
    return list(dict.fromkeys(name for name in names if name))
