"""How much room a text takes in a picture: wrapped, measured and cut without a font at hand."""

import unicodedata


def wrap(text: str, width: float, most: int = 4) -> tuple[str, ...]:
    """Words into lines of at most `width` pixels, at most `most` lines; Japanese breaks between any two signs."""
    lines: list[str] = []
    line = ""
    for word in _pieces(" ".join(text.split())):
        if line and measure(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    lines += [line.rstrip()] if line.strip() else []
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
    return tuple(shorten(line, width) for line in lines)


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for character in text:
        if _is_wide(character):
            pieces += [character, ""]
        else:
            pieces[-1] += character
            if character == " ":
                pieces.append("")
    return [piece for piece in pieces if piece]


def measure(text: str) -> float:
    """About how many pixels a text takes at the size of the picture's texts (13 px)."""
    return sum(13.0 if _is_wide(character) else 6.7 for character in text if not unicodedata.combining(character))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def shorten(text: str, width: float) -> str:
    """A text cut to one line of at most `width` pixels."""
    if measure(text) <= width:
        return text
    while text and measure(text) > width - 8:
        text = text[:-1]
    return f"{text.rstrip()}…"
