"""How a route is declared: method, path, scope, what it takes and answers. The declaration is also its OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import marshmallow as ma
from flask import Flask, Response, g, request

from api.answers import JSON, Result, answer_of, check_acceptable, tagged_by_content
from api.context import Context, present_context
from api.json_body import LARGEST_JSON_BODY, check_text, read_json_body
from api.preconditions import StateTag, seen_tags
from api.rate_limit import count_request
from lei.errors import InvalidError, MalformedError, Problem, UnauthenticatedError
from lei.services.access.authenticate import Caller, authenticate, record_use, use_is_worth_noting
from lei.services.words.near_words import nearest
from lei.storage.catalogue_stamp import CatalogueStamp

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks, with which checked parameters and body (both empty where the route takes none).

    stamp: that of the catalogue when the request came. seen: the tags of the states that the caller has seen; None
    where none were asked for or given.
    """

    context: Context
    caller: Caller
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    stamp: CatalogueStamp
    seen: frozenset[str] | None


View = Callable[..., Result]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A declared route. `scope` is what the caller's key must have; `state_tag` says what it does with `ETag`.

    scope None: any key will do. also: further content types of its answers, by `Accept` or by what is stored.
    """

    method: str
    path: str
    scope: str | None
    view: View
    query: ma.Schema
    body: ma.Schema | None
    answers: Mapping[int, ma.Schema | str]
    body_types: tuple[str, ...]
    state_tag: StateTag | None
    largest_body: int
    also: tuple[str, ...]
    read_as: ma.Schema | None

    @property
    def offered(self) -> tuple[str, ...]:
        """The content types of its good answers, the one that it prefers first; empty where they have no body."""
        good = [answer for status, answer in self.answers.items() if status < HTTPStatus.BAD_REQUEST]
        kinds = [answer if isinstance(answer, str) else JSON for answer in good]
        return tuple(dict.fromkeys(kind for kind in (*kinds, *self.also) if kind))


# What marshmallow says by itself, as our readers should hear it.
_PLAIN_WORDS = {
    "Missing data for required field.": "Missing: this must be given.",
    "Field may not be null.": "This must not be null.",
    "Invalid input type.": 'This must be an object such as {"name": ...}.',
    "Not a valid mapping type.": 'This must be an object such as {"name": ...}.',
    "Not a valid list.": "This must be a list [...].",
    "Not a valid string.": "This must be a text.",
    "Not a valid integer.": "This must be a whole number.",
    "Not a valid boolean.": "This must be true or false.",
    "Shorter than minimum length 1.": "This must not be empty.",
}


class NoParameters(ma.Schema):
    """The query of a route that takes no parameters."""


@dataclass
class Registry:
    """All declared routes, in the order of their declaration."""

    endpoints: list[Endpoint] = field(default_factory=list)

    def endpoint(  # noqa: PLR0913 - one argument for each part of a declaration
        self,
        method: str,
        path: str,
        *,
        scope: str | None,
        query: ma.Schema | None = None,
        body: ma.Schema | None = None,
        answers: Mapping[int, ma.Schema | str] | None = None,
        body_types: tuple[str, ...] = (),
        state_tag: StateTag | None = None,
        largest_body: int = LARGEST_JSON_BODY,
        also: tuple[str, ...] = (),
        read_as: ma.Schema | None = None,
    ) -> Callable[[View], View]:
        """Declare the decorated function as a route below `/api/v1`.

        The function gets a Call and the path's parameters. `answers` maps a status to the schema of its JSON, or to a
        content type (empty: no body, or the usual error); `also` names further ones. A route that reads its body by
        itself (a stream) names the `body_types` that it takes instead of `body`, and its shape as JSON in `read_as`.
        `state_tag` says that successful answers carry an `ETag` by which states are compared, and whether `If-Match` is
        honored or required. `scope` None: any key will do. `largest_body`: how many bytes of JSON it takes.
        The first line of the function's docstring is the route's summary.
        """

        def declare(view: View) -> View:
            self.endpoints.append(
                Endpoint(
                    method,
                    path,
                    scope,
                    view,
                    query or NoParameters(),
                    body,
                    answers or {200: ma.Schema()},
                    body_types,
                    state_tag,
                    largest_body,
                    also,
                    read_as,
                )
            )
            return view

        return declare


registry = Registry()
endpoint = registry.endpoint


def register_endpoints(app: Flask) -> None:
    """Give the application all declared routes."""
    for declared in registry.endpoints:
        name = f"api.{declared.view.__module__.rpartition('.')[2]}.{declared.view.__name__}"
        # No automatic OPTIONS: it would answer without a key.
        app.add_url_rule(
            PREFIX + declared.path,
            name,
            _served(declared),
            methods=[declared.method],
            provide_automatic_options=False,
        )


def _served(declared: Endpoint) -> Callable[..., Response]:
    offered = declared.offered

    def serve(**path: Any) -> Response:
        context = present_context()
        caller, stamp = caller_of_request(context)
        if declared.scope is not None:
            caller.require(declared.scope)
        check_acceptable(offered)
        _check_address(path)
        seen = seen_tags(declared.state_tag)
        body = {} if declared.body is None else load(declared.body, _raw_body(declared.body, declared.largest_body))
        call = Call(context, caller, load_query(declared.query), body, stamp, seen)
        return tagged_by_content(answer_of(declared.view(call, **path)))

    return serve


def caller_of_request(context: Context) -> tuple[Caller, CatalogueStamp]:
    """Who asks, by the key of the request, and the stamp of the catalogue; the name is kept for the access log."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise UnauthenticatedError("This needs an API key: send `Authorization: Bearer <key>`.")
    now = context.clock.now()
    key, stamp = context.database.ask(lambda connection: authenticate(connection, secret.strip(), now))
    count_request(context.rate_limit, key.id, now)
    if use_is_worth_noting(key, now):
        with context.database.writing() as session:
            record_use(session, key, now)
    g.caller_name = key.name
    return Caller(key.name, frozenset(key.scopes), key.source), stamp


def may_be_left_out(body: ma.Schema) -> bool:
    """Whether a request may come without the body: every field of it has a default."""
    return all(item.load_default is not ma.missing for item in body.fields.values())


def _raw_body(schema: ma.Schema, largest: int) -> object:
    sent = request.content_length or "Transfer-Encoding" in request.headers
    return read_json_body(largest) if sent or not may_be_left_out(schema) else {}


def _check_address(path: Mapping[str, Any]) -> None:
    for text in (*path.values(), *request.args, *(value for _, value in request.args.items(multi=True))):
        try:
            check_text(str(text))
        except ValueError as error:
            raise MalformedError(f"The address cannot be read: {error}.") from error


def load_query(schema: ma.Schema) -> Mapping[str, Any]:
    """The query string, checked. A parameter may be repeated only where the schema has a list.

    Raises InvalidError that names every parameter at fault.
    """
    repeated = {name for name, item in schema.fields.items() if isinstance(item, ma.fields.List)}
    raw: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name in repeated:
            raw[name] = values
        elif len(values) > 1:
            raise InvalidError(
                f"The parameter '{name}' was given {len(values)} times; give it once.",
                [Problem(name, "repeated", f"'{name}' can be given only once.")],
            )
        else:
            raw[name] = values[0]
    return load(schema, raw, "query parameter")


def load(schema: ma.Schema, raw: object, noun: str = "field") -> Mapping[str, Any]:
    """`raw` checked by a schema.

    Raises InvalidError whose problems name every field at fault.
    """
    try:
        loaded = schema.load(raw)  # type: ignore[arg-type]  # whatever JSON held: the schema says what is wrong with it
    except ma.ValidationError as error:
        known = [item.data_key or name for name, item in schema.load_fields.items()]
        problems = [_with_hint(problem, known) for problem in _problems(error.messages_dict, "", noun)]
        raise InvalidError(problems[0].message if len(problems) == 1 else _summary(problems, noun), problems) from error
    assert isinstance(loaded, dict)  # noqa: S101 - our schemas load one object
    return loaded


def _with_hint(problem: Problem, known: Sequence[str]) -> Problem:
    """The problem with the names that there are, where its name is none of those at the top."""
    if problem.code != "unknown_field" or "." in problem.field:
        return problem
    near = nearest(problem.field, known)
    names = ", ".join(f"`{name}`" for name in known) or "nothing"
    return replace(problem, hint=f"did you mean `{near}`?" if near else f"it takes {names}.")


def _problems(messages: Mapping[Any, Any], path: str, noun: str) -> list[Problem]:
    problems: list[Problem] = []
    for key, value in messages.items():
        where = path if key == "_schema" else f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            problems += _problems(value, where, noun)
            continue
        for message in value:
            unknown = message == "Unknown field."
            said = _PLAIN_WORDS.get(message, message)
            text = f"There is no {noun} '{key}' here." if unknown else f"{where or 'The body'}: {said}"
            problems.append(Problem(where, "unknown_field" if unknown else "invalid", text))
    return problems


def _summary(problems: list[Problem], noun: str) -> str:
    return f"{len(problems)} {noun}s are at fault; the first: {problems[0].message}"
