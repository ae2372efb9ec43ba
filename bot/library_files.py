"""Reading a folder of flow files: text only, UTF-8 only, and never a file from outside the folder."""

import re
from pathlib import Path
from typing import Final

from flows.definition.problems import Problem
from flows.errors import FlowInvalid

MAX_BYTES: Final = 1_000_000
_LANGUAGE: Final = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_OTHER_UNICODE: Final = (b"\xff\xfe", b"\xfe\xff")


class Folder:
    """A folder of flow files.

    Names inside it are relative paths with `/`; findings call it by its last name, not by the machine's path.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        self.path = path
        self._name = name or path.resolve().name
        self._home = path.resolve()

    def inside(self, name: str) -> "Folder":
        """A folder in this one; the same walls stay around it."""
        folder = Folder(self.path / name, f"{self._name}/{name}")
        folder._home = self._home
        return folder

    def has(self, relative: str) -> bool:
        """Whether there is something with this name."""
        return (self.path / relative).exists()

    def name_of(self, relative: str) -> str:
        """The file's name as findings show it."""
        return f"{self._name}/{relative}"

    def read(self, relative: str) -> str:
        """A file's text, without a byte order mark.

        Raises FlowInvalid for a file that is missing, too large, not UTF-8, or a link that leaves the folder.
        """
        path = self.path / relative
        if not path.resolve().is_relative_to(self._home):
            raise self._refusal(
                relative, "F007", "the file is a link that leaves its folder", "put the file itself into the folder"
            )
        try:
            if not path.is_file():
                raise self._refusal(relative, "F007", "there is no such file", "create it, or correct the name")
            size = path.stat().st_size
            content = path.read_bytes() if size <= MAX_BYTES else b""
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise self._refusal(
                relative, "F007", f"the file cannot be read: {reason}", "check its permissions"
            ) from None
        if size > MAX_BYTES:
            raise self._refusal(
                relative, "F005", f"the file has more than {MAX_BYTES} bytes", "split it into several flows"
            )
        return self._decode(relative, content)

    def texts(self, relative: str) -> dict[str, tuple[str, str]]:
        """The Fluent files in a folder, by language: (name, text).

        Empty when there is no such folder. Raises FlowInvalid.
        """
        problems: list[Problem] = []
        found: dict[str, tuple[str, str]] = {}
        for path in sorted((self.path / relative).glob("*.ftl")):
            name = f"{relative}/{path.name}"
            try:
                if not _LANGUAGE.match(path.stem):
                    cure = "name it after its language, such as en.ftl"
                    raise self._refusal(name, "F009", "the file's name is not a language", cure)
                found[path.stem] = (self.name_of(name), self.read(name))
            except FlowInvalid as error:
                problems += [problem for problem in error.problems if isinstance(problem, Problem)]
        if problems:
            raise FlowInvalid(tuple(problems))
        return found

    def _decode(self, relative: str, content: bytes) -> str:
        if content.startswith(_OTHER_UNICODE):
            raise self._refusal(relative, "F006", "the file is UTF-16", "save it as UTF-8")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
            finding = Problem(
                self.name_of(relative), line, column, "F006", "this is not UTF-8", "save the file as UTF-8"
            )
            raise FlowInvalid((finding,)) from None

    def _refusal(self, relative: str, rule: str, sentence: str, cure: str) -> FlowInvalid:
        return FlowInvalid((Problem(self.name_of(relative), 0, 0, rule, sentence, cure),))
