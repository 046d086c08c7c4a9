"""TOML 1.0 as the knowledge base writes it."""

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def text(value: str) -> str:
    return '"' + "".join(ESCAPES.get(it, it) for it in value) + '"'


def texts(values) -> str:
    return "[" + ", ".join(text(it) for it in values) + "]"
