"""JSON schemas of resource types to the few words that the knowledge base keeps of them.

A shape is what an object may hold: `Name` for a text, `Name=number`, `Name=boolean`, `Name=any` for free-form values,
`Name=Shape` for an object of that shape, `Name=[..]` for a list and `Name={..}` for a map with keys of its own. `!` ends
the name of what the object must have.
"""

import re
from dataclasses import dataclass, field

TEXT, NUMBER, BOOLEAN, ANY = "text", "number", "boolean", "any"
SCALARS = {"string": TEXT, "integer": NUMBER, "number": NUMBER, "boolean": BOOLEAN}
ALTERNATIVES = ("allOf", "anyOf", "oneOf")


@dataclass
class TypeShape:
    """What is kept of a resource type."""

    properties: str
    attributes: list[str] = field(default_factory=list)
    create_only: list[str] = field(default_factory=list)
    shapes: dict[str, str] = field(default_factory=dict)

    def has(self, path: str) -> bool:
        """Whether a template can set something at the path."""
        kind, fields = "", self.properties
        for step in path.split("."):
            if kind == ANY:
                return True
            if kind[:1] in ("[", "{"):
                kind = kind[1:-1] if step == "*" or kind[0] == "{" else None
            else:
                kind = dict((*it.replace("!", "").split("=", 1), TEXT)[:2] for it in fields.split()).get(step)
            if kind is None:
                return False
            fields = self.shapes.get(kind, "")
        return True


def service_of(resource_type: str) -> str:
    """The part of a type's name that names its service; a third party's is its own."""
    vendor, service = resource_type.split("::")[:2]
    return service if vendor == "AWS" else vendor


def type_shape(schema: dict, attributes: list[str]) -> TypeShape:
    """The shape of a resource type's schema. Properties that only AWS sets are left out."""
    builder = _Builder(schema)
    read_only = set(pointers(schema, "readOnlyProperties"))
    names = {name: it for name, it in schema.get("properties", {}).items() if name not in read_only}
    properties = builder.entries(names, schema.get("typeName", "").rsplit("::", 1)[-1], _required(schema))
    return TypeShape(
        properties=properties,
        attributes=sorted(set(attributes)),
        create_only=sorted(set(pointers(schema, "createOnlyProperties"))),
        shapes=dict(sorted(builder.shapes.items())),
    )


def pointers(schema: dict, key: str) -> list[str]:
    """JSON pointers as paths; the step into a list is `*` in both."""
    return [".".join(it.split("/")[2:]).replace("/properties/", ".") for it in schema.get(key, [])]


class _Builder:
    def __init__(self, schema: dict):
        self._schema = schema
        self._definitions = {_shape_name(it) for it in schema.get("definitions", {})}
        self.shapes: dict[str, str] = {}

    def entries(self, properties: dict, owner: str, required: set[str]) -> str:
        return " ".join(self._entry(name, properties[name], owner, name in required) for name in sorted(properties))

    def _entry(self, name: str, schema: dict, owner: str, is_required: bool) -> str:
        kind = self._kind(schema, _shape_name(owner + _shape_name(name)))
        name = f"{name}!" if is_required else name
        return name if kind == TEXT else f"{name}={kind}"

    def _kind(self, schema, name: str) -> str:
        """What a value of this schema is; `name` is for an object that has none of its own."""
        if not isinstance(schema, dict):
            return ANY
        parts = list(self._parts(schema))
        types = {kind for part, _ in parts for kind in _types(part)}
        properties = _merged(part.get("properties", {}) for part, _ in parts)
        if "array" in types and len(types) > 1:
            return ANY
        if "array" in types:
            items = next((part["items"] for part, _ in parts if "items" in part), None)
            return f"[{self._kind(items, name)}]"
        if properties:
            return self._object(properties, self._own_name(parts, name), _required(parts[0][0]))
        return self._open(parts, types, name)

    def _open(self, parts: list, types: set, name: str) -> str:
        """A value without named properties: a map, a scalar, or anything."""
        for part, _ in parts:
            values = [*part.get("patternProperties", {}).values(), part.get("additionalProperties")]
            values = [it for it in values if isinstance(it, dict)]
            if values and types <= {"object"}:
                return f"{{{self._kind(values[0], name)}}}"
        if "object" in types:
            return ANY
        kinds = {SCALARS.get(it, ANY) for it in types - {"null"}}
        if not kinds:
            return TEXT if any("enum" in part or "const" in part for part, _ in parts) else ANY
        return kinds.pop() if len(kinds) == 1 else TEXT

    def _object(self, properties: dict, name: str, required: set[str]) -> str:
        if name not in self.shapes:
            self.shapes[name] = ""  # Taken before its properties are read: a shape can hold itself.
            self.shapes[name] = self.entries(properties, name, required)
        return name

    def _own_name(self, parts: list, name: str) -> str:
        """The name of the definition that the object is; `name` for one that is put together in its place."""
        if parts[0][1]:
            return _shape_name(parts[0][1])
        named = [own for part, own in parts if part.get("properties")]
        if len(named) == 1 and named[0]:
            return _shape_name(named[0])
        while name in self._definitions:
            name += "Here"
        return name

    def _parts(self, schema: dict, seen: frozenset = frozenset()):
        """A schema with the definitions and alternatives that it is made of, each with its definition's name."""
        own = None
        while "$ref" in schema:
            reference = schema["$ref"]
            if reference in seen:
                return
            seen |= {reference}
            own = reference.rsplit("/", 1)[-1]
            schema = _resolve(self._schema, reference)
            if not isinstance(schema, dict):
                return
        yield schema, own
        for key in ALTERNATIVES:
            for alternative in schema.get(key, []):
                if isinstance(alternative, dict):
                    yield from self._parts(alternative, seen)


def _required(schema: dict) -> set[str]:
    """What every object of the schema must have; what only one of its alternatives asks for is not told."""
    parts = [schema, *(it for it in schema.get("allOf", []) if isinstance(it, dict))]
    return {name for part in parts for name in part.get("required", [])}


def _merged(alternatives) -> dict:
    """The properties of all alternatives; one that they describe differently is one or the other."""
    merged = {}
    for name, schema in (it for properties in alternatives for it in properties.items()):
        known = merged.setdefault(name, [])
        if schema not in known:
            known.append(schema)
    return {name: known[0] if len(known) == 1 else {"anyOf": known} for name, known in merged.items()}


def _types(schema: dict) -> list[str]:
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def _resolve(schema: dict, reference: str):
    for step in reference.removeprefix("#/").split("/"):
        schema = schema.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(schema, dict) else {}
    return schema


def _shape_name(name: str) -> str:
    """Starts with an upper-case letter and has no character that means something in a shape; modules are left out."""
    name = re.sub(r"^samtranslator__.*__", "", name)
    name = re.sub(r"[^A-Za-z0-9]", "", name)
    return name[:1].upper() + name[1:]
