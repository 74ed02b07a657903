"""The OpenAPI document told as plain rows for a page: routes with parameters, fields, answers and a curl example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_JSON = "application/json"
_SECRET = "$key"  # noqa: S105 - the name of a variable
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or field: its name (indented by a dot for each level), type in words, and what it means."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status with what it means and the fields of its JSON."""

    status: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One route as the page shows it."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body_types: tuple[str, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    curl: str


def described_routes(document: Mapping[str, Any], base_url: str) -> list[Route]:
    """All routes of the document, in its order."""
    schemas = document["components"]["schemas"]
    return [
        _route(path, method, operation, schemas, base_url)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _route(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any], base_url: str) -> Route:
    content = operation.get("requestBody", {}).get("content", {})
    body_schema = content.get(_JSON, {}).get("schema", {})
    return Route(
        id=operation["operationId"],
        tag=operation["tags"][0],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=tuple(_parameter(parameter, schemas) for parameter in operation["parameters"]),
        body_types=tuple(content),
        body=tuple(_fields(body_schema, schemas)),
        answers=tuple(_answer(status, answer, schemas) for status, answer in operation["responses"].items()),
        curl=_curl(path, method.upper(), operation, schemas, base_url),
    )


def _parameter(parameter: Mapping[str, Any], schemas: Mapping[str, Any]) -> Field:
    schema = parameter["schema"]
    text = parameter.get("description", "")
    if schema.get("default") not in (None, []):
        text = f"{text} Default: {schema['default']}.".strip()
    if schema.get("type") == "array":
        text = f"{text} May be repeated.".strip()
        schema = schema["items"]
    return Field(parameter["name"], _kind(schema, schemas), parameter.get("required", False), text)


def _answer(status: str, answer: Mapping[str, Any], schemas: Mapping[str, Any]) -> Answer:
    schema = answer.get("content", {}).get(_JSON, {}).get("schema", {})
    return Answer(status, answer["description"], tuple(_fields(schema, schemas)))


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], indent: str = "", depth: int = 0) -> Iterator[Field]:
    resolved = _resolved(schema, schemas)
    required = resolved.get("required", ())
    for name, content in resolved.get("properties", {}).items():
        inner = _resolved(content, schemas)
        text = content.get("description") or inner.get("description", "")
        yield Field(f"{indent}{name}", _kind(content, schemas), name in required, text)
        if depth < _DEEPEST:
            element = inner.get("items") or inner.get("additionalProperties") or inner
            mark = "[]" if "items" in inner else ".*" if isinstance(inner.get("additionalProperties"), Mapping) else ""
            if isinstance(element, Mapping):
                yield from _fields(element, schemas, f"{indent}{name}{mark}.", depth + 1)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where it is a reference or one of alternatives with null."""
    for part in (schema, *schema.get("allOf", ()), *schema.get("anyOf", ())):
        if "$ref" in part:
            found: Mapping[str, Any] = schemas[part["$ref"].rpartition("/")[2]]
            return found
    return schema


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    resolved = _resolved(schema, schemas)
    if "enum" in resolved:
        return " | ".join(str(choice) for choice in resolved["enum"] if choice is not None)
    kinds = resolved.get("type", "any")
    words = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
    if resolved.get("format"):
        words[0] = f"{words[0]} ({resolved['format']})"
    if words[0] == "array" and resolved.get("items"):
        words[0] = f"list of {_kind(resolved['items'], schemas)}"
    return " or ".join(words)


def _curl(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any], base_url: str) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    lines = [f'curl -H "Authorization: Bearer {_SECRET}"']
    if method != "GET":
        lines[0] += f" -X {method}"
    needed = [p["name"] for p in operation["parameters"] if p["in"] == "header" and p["required"]]
    lines += [f"  -H '{name}: …'" for name in needed]
    if _JSON in content:
        shown = content[_JSON].get("example") or _example(content[_JSON]["schema"], schemas)
        body = json.dumps(shown, ensure_ascii=False).replace("'", "'\\''")
        lines += [f"  -H 'Content-Type: {_JSON}'", f"  -d '{body}'"]
    elif content:
        lines += [f"  -H 'Content-Type: {next(iter(content))}'", "  --data-binary @FILE"]
    return " \\\n".join([*lines, f"  '{base_url}{path}'"])


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value that fits: the fields that must be given, or the first one where none must."""
    resolved = _resolved(schema, schemas)
    for name in ("example", "default"):
        if resolved.get(name) is not None:
            return resolved[name]
    if "enum" in resolved:
        return resolved["enum"][0]
    if "properties" in resolved:
        properties = resolved["properties"]
        wanted = resolved.get("required") or list(properties)[:1]
        return {name: _example(properties[name], schemas) for name in wanted}
    return _plain_example(resolved, schemas)


def _plain_example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [_example(schema.get("items", {}), schemas)]
    if kind == "object":
        inner = schema.get("additionalProperties")
        return {"…": _example(inner, schemas)} if isinstance(inner, Mapping) else {}
    return {"integer": 1, "number": 1, "boolean": True}.get(str(kind), "…")
