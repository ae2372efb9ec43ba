"""pydantic's findings as plain sentences: what is wrong, where in the file, and the cure."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from flows.definition.marks import Mark, Marks, Path
from flows.definition.models import kinds, known_keys, model_at
from flows.definition.problems import Problem, shown

_NAME_CURE: Final = "start with a small letter a-z and use at most 40 of a-z, 0-9, _ and -"
Said = tuple[str, str, str]
"""Rule, sentence and cure."""


def problem_of(error: ErrorDetails, data: Any, marks: Marks, root: type[BaseModel]) -> Problem:
    """One finding of pydantic about `data`, as a Problem at its place in the file."""
    path, is_key = path_of(error["loc"], data)
    say = _SENTENCES.get(error["type"], _anything_else)
    rule, sentence, cure = say(error, root)
    if error["type"] == "union_tag_invalid":
        return Problem(marks.place, *marks.value(*path, "kind"), rule, f"{_where(path)}{sentence}", cure)
    mark: Mark = marks.key(*path) if is_key or error["type"] in _ABOUT_KEYS else marks.value(*path)
    return Problem(marks.place, *mark, rule, f"{_where(path)}{sentence}", cure)


def path_of(loc: tuple[int | str, ...], data: Any) -> tuple[Path, bool]:
    """The way through the file, and whether it leads to a key: pydantic's own parts (a kind, `[key]`) are left out."""
    path: Path = ()
    for part in loc:
        if _leads_on(data, part):
            data = data[part]
            path = (*path, part)
    return path, loc[-1:] == ("[key]",)


def _leads_on(data: Any, part: int | str) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, dict) and part in data


def _where(path: Path) -> str:
    words = [f"no. {part + 1}" if isinstance(part, int) else str(part) for part in path]
    return f"{' > '.join(words)}: " if words else ""


def _missing(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    key = error["loc"][-1]
    return "F010", f"the key {shown(key)} is missing", f"add `{key}: ...`"


def _no_kind(_error: ErrorDetails, _root: type[BaseModel]) -> Said:
    return "F010", "the step does not say what it is", f"add `kind:` and one of {_list(_STEP_KINDS)}"


def _unknown_key(error: ErrorDetails, root: type[BaseModel]) -> Said:
    key = str(error["loc"][-1])
    known = known_keys(model_at(error["loc"][:-1], root))
    close = get_close_matches(key, known, n=1)
    cure = f"did you mean {close[0]!r}?" if close else f"remove it; known here are {_list(known)}"
    return "F011", f"the key {shown(key)} is not known", cure


def _bad_name(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    value = shown(error["input"])
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    if pattern.startswith("^https"):
        return "F013", f"{value} is not a web address", "write it in full, with https://"
    if "A-Z" in pattern:
        return "F013", f"{value} is not a currency", "write its three capital letters, such as EUR"
    if r"\d" in pattern:
        return "F013", f"{value} is no time of the day", "write hours and minutes, such as 09:30"
    if str(error["input"]).startswith("!"):
        return "F014", f"{value} cannot be a name: names that start with ! are Holdback's own buttons", _NAME_CURE
    return "F014", f"{value} cannot be a name", _NAME_CURE


def _not_in_list(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    expected = str(error.get("ctx", {}).get("expected", ""))
    return "F012", f"{shown(error['input'])} is not allowed here", f"write {expected}"


def _unknown_kind(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    kind = str(error.get("ctx", {}).get("tag", ""))
    close = get_close_matches(kind, _STEP_KINDS, n=1)
    cure = f"did you mean {close[0]!r}?" if close else f"write one of {_list(_STEP_KINDS)}"
    return "F012", f"there is no step kind {shown(kind)}", cure


def _own_sentence(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    sentence, _, cure = str(error["msg"]).removeprefix("Value error, ").partition("; ")
    return "F015", sentence, cure or "correct it"


def is_echo(error: ErrorDetails) -> bool:
    """Whether it only says that a list has too few good entries, when each bad one has its own finding."""
    least = error.get("ctx", {}).get("min_length", 0)
    return error["type"] == "too_short" and isinstance(error["input"], list) and len(error["input"]) >= least


def _too_few(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    least = error.get("ctx", {}).get("min_length", 1)
    if least > 1 and error["input"]:
        return "F016", f"there is only one entry in it, and {least} are the least", "add another one"
    return "F016", "there is nothing in it", "add at least one entry"


def _wrong_shape(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    wanted = _SHAPES[error["type"]]
    return "F012", f"{shown(error['input'])} stands where {wanted} is needed", f"write {wanted}"


def _out_of_range(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    context = error.get("ctx", {})
    name, bound = next(
        ((_BOUNDS[key], value) for key, value in context.items() if key in _BOUNDS), ("different from", "")
    )
    return "F016", f"{shown(error['input'])} is out of range", f"write a number {name} {bound}"


def _anything_else(error: ErrorDetails, _root: type[BaseModel]) -> Said:
    message = str(error["msg"]).replace("Input should be", "it should be")
    return "F012", f"{shown(error['input'])} cannot be used: {message}", "correct it"


def _list(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(words)


_STEP_KINDS: Final = kinds()
_ABOUT_KEYS: Final = frozenset({"missing", "extra_forbidden", "union_tag_not_found"})
_BOUNDS: Final = {"ge": "not below", "gt": "above", "le": "not above", "lt": "below"}
_SHAPES: Final = {
    "string_type": "a text (in quotes if need be)",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list, such as [a, b]",
    "dict_type": "`key: value` pairs",
    "model_type": "`key: value` pairs",
    "model_attributes_type": "`key: value` pairs",
}
_SENTENCES: Final[Mapping[str, Callable[[ErrorDetails, type[BaseModel]], Said]]] = {
    "missing": _missing,
    "union_tag_not_found": _no_kind,
    "extra_forbidden": _unknown_key,
    "string_pattern_mismatch": _bad_name,
    "literal_error": _not_in_list,
    "union_tag_invalid": _unknown_kind,
    "value_error": _own_sentence,
    "too_short": _too_few,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "less_than_equal": _out_of_range,
    **dict.fromkeys(_SHAPES, _wrong_shape),
}
