"""`holdback flow test`: golden transcripts played again, and compared line by line."""

from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path

from bot.library import Library, build_flow
from bot.library_files import Folder
from flows.definition.flow import Flow
from flows.errors import FlowError
from flows.rehearsal.transcript import differences, dump, parse_transcript, replay


class Runner:
    """Plays transcripts. `say` takes one line for the terminal."""

    def __init__(self, library: Library, say: Callable[[str], None]) -> None:
        self._library = library
        self._say = say
        self._flows: dict[str, Flow] = {}

    def run(self, path: str, *, update: bool) -> int:
        """Play every transcript at `path`; the number of those that differ.

        `path` is a flow with `transcripts/`, a folder of transcripts, or one of them.

        With `update`, what came is written as what is expected. Raises FlowError when there is nothing to play.
        """
        files = tuple(self._files(path))
        if not files:
            raise FlowError(f"there are no transcripts at {path!r}; put them into its folder transcripts/ as *.yaml")
        failed = sum(not self._play(file, path, update=update) for file in files)
        self._say(f"{len(files) - failed} of {len(files)} transcripts as expected")
        return failed

    def _files(self, path: str) -> Iterator[Path]:
        given = Path(path)
        if given.is_file() and given.name != "flow.yaml":
            yield given
            return
        folder = given.parent if given.name == "flow.yaml" else given
        if not folder.is_dir() and path in self._library.flow_names():
            folder = self._library.folder(path)
        alone = folder.is_dir() and not (folder / "flow.yaml").exists() and not (folder / "transcripts").is_dir()
        yield from sorted((folder if alone else folder / "transcripts").glob("*.yaml"))

    def _play(self, file: Path, path: str, *, update: bool) -> bool:
        text = Folder(file.parent).read(file.name)
        expected = parse_transcript(text, file.name)
        played = replay(self._flow(expected.flow, path), expected)
        found = differences(expected, played)
        if found and update:
            file.write_text(dump(played), encoding="utf-8")
            self._say(f"{file.name}: rewritten, {len(found)} steps changed")
            return True
        for difference in found:
            self._say(f"{file.name}: step {difference.step} differs")
            lines = unified_diff(
                difference.expected.splitlines(), difference.came.splitlines(), "expected", "came", lineterm="", n=2
            )
            for line in lines:
                self._say(f"    {line}")
        return not found

    def _flow(self, name: str, path: str) -> Flow:
        """The flow of a transcript: the one at `path` when it has that name, else the one that the library knows."""
        if name not in self._flows:
            folder = Path(path)
            beside = (folder, folder.parent, folder.parent.parent)
            place = next((place for place in beside if place.name == name and (place / "flow.yaml").exists()), None)
            self._flows[name] = build_flow(self._library.load_flow(str(place) if place else name), version=1)
        return self._flows[name]
