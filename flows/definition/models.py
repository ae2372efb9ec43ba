"""Which model stands at a place in a file: the way through pydantic's annotations that an error's location takes."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from flows.definition.steps import Step

_MANY: Final = (tuple, list, set, frozenset)


def model_at(loc: tuple[int | str, ...], root: type[BaseModel]) -> type[BaseModel]:
    """The model at the end of this location; the last one on the way where something else stands there."""
    found: type[BaseModel] = root
    here: list[Any] = [root]
    for part in loc:
        here = [inner for one in here for inner in _inside(one, part)] or here
        members = (member for one in here for member in _members(one))
        found = next((one for one in members if isinstance(one, type) and issubclass(one, BaseModel)), found)
    return found


def known_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that may be written, as they are written."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def kinds() -> tuple[str, ...]:
    """All kinds of steps."""
    return tuple(kind for one in _members(Step) for kind in get_args(one.model_fields["kind"].annotation))


def _inside(annotation: Any, part: int | str) -> Iterator[Any]:
    """What stands behind a key, a position, or the kind that pydantic puts into a location."""
    for one in _members(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield from _of_model(one, part)
        elif get_origin(one) is dict and isinstance(part, str):
            yield get_args(one)[1]
        elif get_origin(one) in _MANY and isinstance(part, int):
            yield get_args(one)[0]


def _of_model(model: type[BaseModel], part: int | str) -> Iterator[Any]:
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            yield field.annotation
        elif name == "kind" and get_origin(field.annotation) is Literal and part in get_args(field.annotation):
            yield model


def _members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, through whatever wraps it; else the annotation itself."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for one in get_args(annotation) for member in _members(one))
    return (annotation,)
