"""The OpenAPI 3.1 document, made from the declared routes: nothing is said twice, so nothing can disagree."""

from __future__ import annotations

import importlib
import re
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import marshmallow as ma
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from api.answers import JSON
from api.endpoint import PREFIX, Endpoint, may_be_left_out, registry
from api.examples import EXAMPLES, Example
from api.idempotency import HEADER, LONGEST_KEY
from lei.services.access.authenticate import SCOPES

_PARAMETER = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_PATH_TYPES = {"int": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}}
_END = r"\Z"
_TEXT = {"type": "string"}
_PROBLEM = "Problem"
_PROBLEM_TYPE = "application/problem+json"
_CONTACT = {"name": "Whoever runs this installation of LEI"}
_LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
_ABOUT = (
    "Learning metrics in, scores that explain themselves and executive scorecards out. Every route needs an API key, "
    "sent as Authorization: Bearer <key>. Fields and parameters that are not described here are errors."
)
_ERRORS_OF_ALL = {
    400: "The address cannot be read.",
    401: "No key, or one that is unknown, revoked or expired.",
    429: "The key has sent all requests that it may for now; `Retry-After` says when it may go on.",
}
_ERRORS_OF_BODIES = {
    400: "The address or the body cannot be read.",
    413: "The body is over the limit, which the sentence names.",
    415: "The content type or encoding is not one that this route takes.",
}
_LIMIT_HEADERS = {
    name: {"description": text, "schema": {"type": "string"}}
    for name, text in (
        ("RateLimit-Policy", "How many requests (`q`) a key may send in so many seconds (`w`)."),
        ("RateLimit", "How many of them remain (`r`), until it begins anew in so many seconds (`t`)."),
    )
}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
_LINK = {"description": 'The next page, as `rel="next"`; absent on the last one.', "schema": {"type": "string"}}
_EMPTY = {304: "It is still in the state that `If-None-Match` names."}
_ETAG = {"description": "The state of what is shown, for `If-None-Match` or `If-Match`.", "schema": {"type": "string"}}


class ProblemItem(ma.Schema):
    """One field or row at fault."""

    row = ma.fields.Integer(metadata={"description": "Counted from 1; only where the input has rows."})
    field = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    hint = ma.fields.String(metadata={"description": "What to do, where we can tell."})


class Problem(ma.Schema):
    """What went wrong (RFC 9457); `detail` is a sentence that says what to do."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    errors = ma.fields.List(ma.fields.Nested(ProblemItem), metadata={"description": "At most a hundred."})


@cache
def openapi_document() -> dict[str, Any]:
    """The document; the routes are declared once the application is made, and do not change afterwards."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title="Learning Effectiveness Index",
        version=version("learning-effectiveness-index"),
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _ABOUT, "contact": _CONTACT, "license": _LICENSE},
        servers=[{"url": "/", "description": "The installation that this document comes from."}],
    )
    assert plugin.converter is not None  # noqa: S101 - set when the plugin joined the document
    plugin.converter.add_attribute_function(_pattern)  # type: ignore[no-untyped-call]  # untyped there
    spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": f"Scopes: {', '.join(SCOPES)}."}
    )
    spec.components.schema(_PROBLEM, schema=Problem)
    for endpoint in sorted_endpoints():
        spec.path(path=public_path(endpoint), operations={endpoint.method.lower(): _operation(endpoint, plugin)})
    document: dict[str, Any] = spec.to_dict()
    document["tags"] = [
        {"name": tag, "description": text} for tag, text in {tag_of(e): _about(e) for e in sorted_endpoints()}.items()
    ]
    return document


def sorted_endpoints() -> list[Endpoint]:
    """All routes: by noun, then in the order of their declaration."""
    return sorted(registry.endpoints, key=tag_of)


def public_path(endpoint: Endpoint) -> str:
    """The path as clients write it: `/api/v1/batches/{id}`."""
    return PREFIX + _PARAMETER.sub(lambda match: f"{{{match['name']}}}", endpoint.path)


def tag_of(endpoint: Endpoint) -> str:
    """The noun that the route belongs to: the module it is declared in."""
    return endpoint.view.__module__.rpartition(".")[2].replace("_", " ")


def operation_id(endpoint: Endpoint) -> str:
    """A name for the route that is its own: noun and function."""
    module, name = endpoint.view.__module__.rpartition(".")[2], endpoint.view.__name__
    return f"{module}_{name}"


def texts_of(endpoint: Endpoint) -> tuple[str, str]:
    """Summary and description: the first line and the rest of the function's docstring."""
    summary, _, rest = (endpoint.view.__doc__ or "").strip().partition("\n")
    return summary.strip(), " ".join(rest.split())


def path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    """The parameters in the path."""
    return [
        {
            "in": "path",
            "name": match["name"],
            "required": True,
            "schema": dict(_PATH_TYPES.get(match["kind"] or "", {"type": "string"})),
        }
        for match in _PARAMETER.finditer(endpoint.path)
    ]


def query_parameters(endpoint: Endpoint, plugin: MarshmallowPlugin) -> list[dict[str, Any]]:
    """The parameters of the query string; a list is a parameter that may be repeated."""
    assert plugin.converter is not None  # noqa: S101 - set when the plugin joined the document
    parameters = plugin.converter.schema2parameters(endpoint.query, location="query")
    for parameter in parameters:
        # The description belongs to the parameter; apispec leaves it in the schema.
        text = parameter["schema"].pop("description", None)
        if text:
            parameter["description"] = text
    return sorted(parameters, key=lambda parameter: not parameter.get("required"))


def _operation(endpoint: Endpoint, plugin: MarshmallowPlugin) -> dict[str, Any]:
    summary, description = texts_of(endpoint)
    operation: dict[str, Any] = {
        "operationId": operation_id(endpoint),
        "tags": [tag_of(endpoint)],
        "summary": summary,
        "description": f"{description} {_needed(endpoint)}".strip(),
        "security": [{"key": []}],
        "parameters": [*path_parameters(endpoint), *query_parameters(endpoint, plugin), *_headers(endpoint)],
        "responses": _responses(endpoint),
    }
    body = _body(endpoint)
    if body:
        operation["requestBody"] = body
    _show_example(operation, EXAMPLES.get(operation_id(endpoint), Example()))
    return operation


def _show_example(operation: dict[str, Any], example: Example) -> None:
    values = {**example.path, **example.query}
    for parameter in operation["parameters"]:
        if parameter["name"] in values:
            parameter["example"] = values[parameter["name"]]
    if example.body is not None:
        operation["requestBody"]["content"][example.media_type]["example"] = example.body


def _needed(endpoint: Endpoint) -> str:
    return "Any key will do." if endpoint.scope is None else f"Needs the scope `{endpoint.scope}`."


def _headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    headers = []
    if endpoint.body_types and endpoint.method == "POST":
        text = "With it, the same request sent again gets the first answer again, and nothing is stored twice."
        headers.append(_header(HEADER, text, {"type": "string", "maxLength": LONGEST_KEY}))
    if endpoint.state_tag in ("honored", "required"):
        text = "The ETag of the state that you have seen; when it is another one by now, nothing is stored (412)."
        headers.append(_header("If-Match", text, {"type": "string"}, required=endpoint.state_tag == "required"))
    if endpoint.method == "GET":
        text = "The ETag of the state that you have; while it is still the same, the answer is 304 without a body."
        headers.append(_header("If-None-Match", text, {"type": "string"}))
    return headers


def _header(name: str, text: str, kind: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "description": text, "schema": kind}


def _names_a_profile(endpoint: Endpoint) -> bool:
    fields = {*endpoint.query.fields, *(endpoint.body.fields if endpoint.body else ())}
    return bool(fields & {"profile", "base"})


def _body(endpoint: Endpoint) -> dict[str, Any] | None:
    if endpoint.body is not None:
        required = not may_be_left_out(endpoint.body)
        return {"required": required, "content": {"application/json": {"schema": endpoint.body}}}
    if endpoint.body_types:
        contents = {kind: {"schema": endpoint.read_as if kind == JSON else _TEXT} for kind in endpoint.body_types}
        return {"required": True, "content": contents}
    return None


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    tagged = endpoint.state_tag is not None or endpoint.method == "GET"
    for status, answer in endpoint.answers.items():
        if answer == "":  # an answer without a body, or the usual error
            if status < HTTPStatus.BAD_REQUEST:
                responses[str(status)] = {"description": _EMPTY.get(status, "Done.")}
            continue
        text = "Done." if not isinstance(answer, str) else f"As {answer}."
        responses[str(status)] = {"description": text, "content": _contents(status, answer, endpoint.also)}
        headers = _LIMIT_HEADERS | ({"ETag": _ETAG} if tagged else {})
        responses[str(status)]["headers"] = headers | ({"Link": _LINK} if _is_list(answer) else {})
    if endpoint.method == "GET":
        responses.setdefault("304", {"description": _EMPTY[304]})
    for status, text in sorted(_errors(endpoint).items()):
        schema = {"$ref": f"#/components/schemas/{_PROBLEM}"}
        responses.setdefault(str(status), {"description": text, "content": {_PROBLEM_TYPE: {"schema": schema}}})
    responses["429"]["headers"] = {"Retry-After": _RETRY_AFTER}
    return responses


def _contents(status: int, answer: ma.Schema | str, also: tuple[str, ...]) -> dict[str, Any]:
    if status >= HTTPStatus.BAD_REQUEST:
        return {_PROBLEM_TYPE: {"schema": answer}}
    contents: dict[str, Any] = {answer: {"schema": _TEXT}} if isinstance(answer, str) else {JSON: {"schema": answer}}
    return contents | {kind: {"schema": _TEXT} for kind in also}


def _is_list(answer: ma.Schema | str) -> bool:
    return not isinstance(answer, str) and "next_cursor" in answer.fields


def _errors(endpoint: Endpoint) -> dict[int, str]:
    errors = dict(_ERRORS_OF_ALL) | {422: "The input can be read, but makes no sense; `errors` names each field."}
    if endpoint.scope is not None:
        errors[403] = "The key lacks the scope, or is bound to another source."
    if endpoint.offered:
        errors[406] = "The route has none of the content types that `Accept` names."
    if endpoint.body is not None or endpoint.body_types:
        errors |= _ERRORS_OF_BODIES
    if "<" in endpoint.path or _names_a_profile(endpoint) or HTTPStatus.NOT_FOUND in endpoint.answers:
        errors[404] = "There is no such thing."
    if endpoint.state_tag in ("honored", "required"):
        errors[412] = "It is in another state than the one that `If-Match` names."
    if endpoint.state_tag == "required":
        errors[428] = "`If-Match` is missing."
    if endpoint.method != "GET":
        errors[409] = "It contradicts what is stored."
    errors[503] = "The database cannot be reached now."
    return errors


def _about(endpoint: Endpoint) -> str:
    """What the noun is about: the first sentence of the module, without its paths."""
    sentence = (importlib.import_module(endpoint.view.__module__).__doc__ or "").partition("\n\n")[0]
    return " ".join(sentence.split())


def _pattern(_converter: object, field: ma.fields.Field[Any], **_others: object) -> dict[str, Any]:
    """The form of a text as JSON Schema writes it, whose regular expressions have no `\\Z`."""
    own = getattr(field, "pattern", None)
    if own is not None:
        return {"pattern": own}
    found = next((check for check in field.validators if isinstance(check, ma.validate.Regexp)), None)
    return {} if found is None else {"pattern": f"^{str(found.regex.pattern).removesuffix(_END)}$"}


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__).removesuffix("Schema")
