"""Plain values -> YAML, as people would write it: short lists and conditions on one line, one thing a line else."""

import textwrap
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

WIDTH = 100
"""A value stands on one line when it fits into so many characters."""


def write_yaml(document: Any) -> str:
    """The document as YAML text. `read_yaml` gives the same values again."""
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump(_arranged(document, outer=True), out)
    return textwrap.dedent(out.getvalue())


def _arranged(value: Any, *, outer: bool = False) -> Any:
    """Mappings and lists of plain values on one line, where they are short and not the whole."""
    if isinstance(value, dict):
        mapping = CommentedMap((key, _arranged(one)) for key, one in value.items())
        if not outer and _is_flat(value.values()) and len(str(value)) <= WIDTH:
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(_arranged(one, outer=isinstance(one, dict)) for one in value)
        if not outer and value and _is_flat(value) and len(str(value)) <= WIDTH:
            sequence.fa.set_flow_style()
        return sequence
    return value


def _is_flat(values: Any) -> bool:
    return all(
        not isinstance(one, dict) and (not isinstance(one, list) or all(not isinstance(x, dict | list) for x in one))
        for one in values
    )
