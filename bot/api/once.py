"""Routes that change something: the request is read whole, and carried out once per Idempotency-Key."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ValidationError

from bot.api.bodies import JSON, decoded, parse_json, read_body
from bot.api.gate import Gate
from bot.api.problems import Fault, Problem
from bot.api.replay import Replay
from flows.definition.marks import Marks
from flows.definition.parse import locate
from flows.definition.problems import Problem as Finding
from flows.definition.sentences import path_of, problem_of
from flows.errors import FlowInvalid

YAML: Final = ("application/yaml", "application/x-yaml", "text/yaml")
PLACE: Final = "the body"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: the name of its caller's key, what it says, the stored Idempotency-Key, and the parts of its address.

    `path` are the parameters in the address, `query` those behind it; the first of each name.
    """

    caller: str
    document: Any
    key: str | None
    path: Mapping[str, str]
    query: Mapping[str, str]

    @property
    def by(self) -> str:
        """Who did it, as it is noted."""
        return f"key {self.caller}"

    def object(self, what: str) -> Mapping[str, Any]:
        """The body as an object. Raises Problem (422)."""
        if not isinstance(self.document, dict):
            raise Problem(422, f"{what} is an object")
        return self.document


Work = Callable[[Sent], Awaitable[tuple[int, Any]]]
"""Carries a request out: the status and the document of the answer; None as a document has no body."""

Reader = Callable[[Request], Awaitable[tuple[bytes, Any]]]
"""The raw body of a request, and what it says. Raises Problem."""


async def json_body(request: Request) -> tuple[bytes, Any]:
    """A body of JSON."""
    body = await read_body(request)
    return body, parse_json(body)


async def no_body(request: Request) -> tuple[bytes, Any]:  # noqa: ARG001 - what is sent along is not looked at
    """A request whose address says everything."""
    return b"", None


def body_of(model: type[Model]) -> Reader:
    """A body that is such a model, written as JSON or as YAML: every mistake is told with its place and its cure."""

    async def read(request: Request) -> tuple[bytes, Any]:
        body = await read_body(request, (JSON, *YAML))
        kind = request.headers["content-type"].partition(";")[0].strip().lower()
        return body, _of_json(parse_json(body), model) if kind == JSON else _of_yaml(decoded(body), model)

    return read


def once(gate: Gate, replay: Replay, work: Work, read: Reader = json_body) -> Any:
    """A route behind the gate: the same request sent twice is carried out once."""

    async def handle(request: Request, caller: Annotated[str, Depends(gate)]) -> Response:
        body, document = await read(request)

        async def carry_out(key: str | None) -> tuple[int, Any]:
            return await work(Sent(caller, document, key, request.path_params, dict(request.query_params)))

        return await replay(request, caller, body, carry_out)

    return handle


def _of_json(document: Any, model: type[Model]) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = []
        for detail in error.errors(include_url=False):
            path, _ = path_of(detail["loc"], document)
            found = problem_of(detail, document, Marks(PLACE), model)
            faults.append(Fault("".join(f"/{part}" for part in path), f"{found.sentence}; {found.cure}"))
        raise _wrong(faults) from None


def _of_yaml(text: str, model: type[Model]) -> Model:
    try:
        return locate(text, PLACE, model).value
    except FlowInvalid as error:
        found = [one for one in error.problems if isinstance(one, Finding)]
        places = [f"line {one.line}, column {one.column}" if one.line else "" for one in found]
        raise _wrong(
            [Fault(place, f"{one.sentence}; {one.cure}") for place, one in zip(places, found, strict=True)]
        ) from None


def _wrong(faults: list[Fault]) -> Problem:
    return Problem(422, "nothing was kept: a part of the body is wrong; see errors", faults=faults[:50])
