"""Which resource types a LocalStack package registers, and what its providers do. The code is read, never run."""

import ast
import json
from dataclasses import dataclass, field
from functools import cache

from packages import Archive, SyncError
from shapes import pointers

GROUPS = (
    "localstack.cloudformation.resource_providers",
    "localstack.pro.core.cloudformation.resource_providers",
    "localstack_ext.cloudformation.resource_providers",
)
LEGACY_MODELS = "localstack/services/cloudformation/models/"
OPERATIONS = ("create", "update", "delete")


@dataclass
class Provider:
    """What is known of one registered type."""

    name: str
    # By operation: whether it does something. Empty where the code cannot be read.
    operations: dict[str, bool] = field(default_factory=dict)
    # Properties whose change replaces the resource; none where the package has no schema of the type.
    create_only: list[str] = field(default_factory=list)


def registered(package: Archive) -> dict[str, str]:
    """Each type, as the package spells it, with its plugin; an old model has none."""
    types = {name: "" for name in _legacy_types(package)}
    for group in GROUPS:
        types |= package.entry_points(group)
    return types


def provider(package: Archive, name: str, plugin: str) -> Provider:
    """What the package says of a type."""
    path = plugin.split(":")[0].replace(".", "/").removesuffix("_plugin")
    schema = f"{path}.schema.json"
    create_only = []
    if schema in package:
        create_only = sorted(set(pointers(json.loads(package.read(schema)), "createOnlyProperties")))
    return Provider(name, _operations(package, plugin), create_only)


def _legacy_types(package: Archive) -> list[str]:
    """The types of releases before 3.3 that are models with a `cloudformation_type` and no provider."""
    files = [it for it in package.names() if it.startswith(LEGACY_MODELS) and it.endswith(".py")]
    found = []
    for path in files:
        for node in ast.walk(ast.parse(package.read(path))):
            if isinstance(node, ast.FunctionDef) and node.name == "cloudformation_type":
                values = [it.value for it in ast.walk(node) if isinstance(it, ast.Return)]
                found += [it.value for it in values if isinstance(it, ast.Constant) and isinstance(it.value, str)]
    return found


def _operations(package: Archive, plugin: str) -> dict[str, bool]:
    code = _Code(package)
    module = plugin.split(":")[0]
    if not code.has(module):
        return {}
    provider_class = code.factory(module)
    return {it: code.does(module, provider_class, it) for it in OPERATIONS}


class _Code:
    def __init__(self, package: Archive):
        self._package = package
        self._tree = cache(self._parse)

    def has(self, module: str) -> bool:
        return f"{module.replace('.', '/')}.py" in self._package

    def _parse(self, module: str) -> ast.Module:
        return ast.parse(self._package.read(f"{module.replace('.', '/')}.py"))

    def imports(self, module: str) -> dict[str, str]:
        """Each imported name with the module it comes from."""
        nodes = [it for it in ast.walk(self._tree(module)) if isinstance(it, ast.ImportFrom) and it.module]
        return {alias.asname or alias.name: it.module for it in nodes for alias in it.names}

    def factory(self, plugin: str) -> str:
        """The name of the class that a plugin makes providers of."""
        for node in ast.walk(self._tree(plugin)):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                if any(isinstance(it, ast.Attribute) and it.attr == "factory" for it in node.targets):
                    return node.value.id
        raise SyncError(f"{plugin} names no provider: the packages have changed, teach providers.py to read them")

    def does(self, module: str, class_name: str, operation: str) -> bool:
        """Whether a class has a method of its own or of its bases that does not always refuse."""
        if not self.has(module):
            return False
        classes = {it.name: it for it in self._tree(module).body if isinstance(it, ast.ClassDef)}
        if class_name not in classes:
            origin = self.imports(module).get(class_name)
            return bool(origin) and self.does(origin, class_name, operation)
        own = [it for it in classes[class_name].body if isinstance(it, ast.FunctionDef) and it.name == operation]
        if own:
            return not _refuses(own[-1])
        bases = [it.value if isinstance(it, ast.Subscript) else it for it in classes[class_name].bases]
        names = [it.id for it in bases if isinstance(it, ast.Name)]
        return any(self.does(module, it, operation) for it in names if it != class_name)


def _refuses(method: ast.FunctionDef) -> bool:
    """Whether it ends in `NotImplementedError` and answers at most that it is still at work."""
    last = method.body[-1]
    returns = [ast.unparse(it) for it in ast.walk(method) if isinstance(it, ast.Return)]
    is_refusal = isinstance(last, ast.Raise) and "NotImplementedError" in ast.unparse(last)
    return is_refusal and all("OperationStatus.IN_PROGRESS" in it for it in returns)
