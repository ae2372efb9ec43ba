"""People's names in the order of their language."""

from typing import Final

FAMILY_FIRST: Final = frozenset({"hu", "ja", "ko", "vi", "zh"})
"""Languages in which the family name stands first."""

FULL_WHEN_ADDRESSED: Final = frozenset({"ja"})
"""Languages in which a given name alone is no way to address a customer."""


def full_name(first: str | None, last: str | None, language: str | None) -> str:
    """The whole name as their language (such as `hu` or `ja-JP`) writes it, as far as it is known."""
    parts = (last, first) if _primary(language) in FAMILY_FIRST else (first, last)
    return " ".join(part.strip() for part in parts if part and part.strip())


def addressed_name(first: str | None, last: str | None, language: str | None) -> str:
    """The name that a greeting calls somebody by: the given name; in Japanese the whole one."""
    if _primary(language) in FULL_WHEN_ADDRESSED:
        return full_name(first, last, language)
    return (first or "").strip()


def _primary(language: str | None) -> str:
    return (language or "").lower().replace("_", "-").split("-")[0]
