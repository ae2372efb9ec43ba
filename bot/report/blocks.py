"""What a report is made of: blocks in order. The page and the PDF draw the same ones."""

from dataclasses import dataclass

from flows.evidence.intervals import Interval
from flows.evidence.verdicts import Judged


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Subheading:
    """A title inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or a few. `quiet`: a note about the figures."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said, in large plain words; `good` and `bad` colour its edge."""

    question: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences. `numbered`: in order of importance."""

    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under heads; every column after the first `left` ones holds figures."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars with their label, share of 1 and the figures beside them."""

    caption: str
    rows: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A difference with its interval, drawn around no difference."""

    interval: Interval
    label: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weekly verdicts, drawn in a row."""

    said: tuple[Judged, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """What people said, with the language they said it in."""

    title: str
    lines: tuple[tuple[str, str], ...]


Block = Heading | Subheading | Paragraph | Verdict | Points | Table | Bars | Span | Weeks | Quotes
