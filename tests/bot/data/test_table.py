"""Reading CSV: whatever a file holds, it is read right or refused in one sentence."""

import csv
import io
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.data.cells import Moments
from bot.data.columns import Header, Kind, parse_row, prospects_kind, read_header
from bot.data.errors import FileRefused, RowRefused
from bot.data.table import Row, open_table
from bot.data.writing import csv_line
from tests.bot.data.test_import_prospects import NOW


def rows_of(content: bytes, encoding: str | None = None) -> list[Row]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prospects.csv"
        path.write_bytes(content)
        return list(open_table(path, encoding=encoding))


def cells_of(content: bytes) -> list[dict[str, str]]:
    return [row.cells for row in rows_of(content)]


WANTED = [{"name": "Őrsi Žofie", "city": "Pécs"}]
TEXT = "name,city\nŐrsi Žofie,Pécs\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"])
def test_encodings_are_found_out(encoding: str) -> None:
    assert cells_of(TEXT.encode(encoding)) == WANTED


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name\nGőbölyös Ödön\nFűzfő\n", "cp1250"),
        ("name\nŘehoř Dvořák\nPříbram\n", "cp1250"),
        ("name\nHélène Lefèvre\nOrléans à côté\n", "cp1252"),
        ("name\nMuñoz Ibáñez\n¿Qué?\n", "cp1252"),
    ],
)
def test_a_code_page_is_told_by_its_letters_and_said(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "prospects.csv"
    path.write_bytes(text.encode(encoding))
    table = open_table(path)
    assert [row.cells["name"] for row in table] == text.split("\n")[1:3]
    assert encoding.upper() in table.warnings[0] and "--encoding" in table.warnings[0]


def test_an_encoding_can_be_given(tmp_path: Path) -> None:
    assert rows_of("name\nŐ\n".encode("cp1250"), "cp1250")[0].cells == {"name": "Ő"}
    with pytest.raises(FileRefused, match="there is no encoding 'klingon'"):
        rows_of(b"name\nx\n", "klingon")
    with pytest.raises(FileRefused, match="not in UTF-8"):
        rows_of("name\nŐ\n".encode("cp1250"), "utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_are_found_out(delimiter: str) -> None:
    text = f'"a, b; c",city{delimiter}x\n1{delimiter}2\n'.replace(",city", "")
    assert cells_of(text.encode()) == [{"a, b; c": "1", "x": "2"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_empty_lines_do_not_matter(end: str) -> None:
    text = end.join(["", "a,b", "", "1,2", ",", '"x', 'y",3', ""])
    assert [row.cells for row in rows_of(text.encode())] == [{"a": "1", "b": "2"}, {"a": f"x{end}y", "b": "3"}]
    assert [row.line for row in rows_of(text.encode())] == [4, 6]


def test_excels_own_first_line_is_understood() -> None:
    assert cells_of(b"sep=;\na;b,c\n1;2\n") == [{"a": "1", "b,c": "2"}]


def test_columns_without_a_name_at_the_end_are_no_columns() -> None:
    assert cells_of(b"a,b,,\n1,2,,\n") == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"a,,b\n1,2,3\n", "column 2 has no name"),
        (b"a,b,A\n1,2,3\n", "the column 'a' stands twice"),
        (b"E-mail,e mail\n1,2\n", "stands twice"),
        (b"a,b\n1,\0\n", "zero byte"),
        (b'a,b\n1,2\n"x,3\n4,5\n', "line 3: a quoted cell does not end"),
        (b'a,b\n"x"y,3\n', "line 2: a quoted cell does not end"),
        (b",".join(b"c%d" % n for n in range(1000)) + b"\n", "1000 columns"),
        (b"," * 999_999 + b"x\n", "1000000 columns"),
        (b"a,b\n" + b"x" * ((1 << 20) + 1), "line 2 is longer than"),
        (b"a,b\n" + b"x" * 100_001 + b",1\n", "line 2: a cell is longer than"),
        (b"PK\x03\x04rest", "this is a spreadsheet"),
        (b"\x1f\x8brest", "compressed"),
        ("a\n".encode("utf-32"), "UTF-32"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "damaged or not in UTF-16"),
        (b"a\n\xff\0\0\xfe", "not a text file"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason) as refused:
        rows_of(content)
    assert "prospects.csv" in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="there is no such file"):
        open_table(tmp_path / "nowhere.csv")
    with pytest.raises(FileRefused, match="there is no such file"):
        open_table(tmp_path)


def test_rows_of_another_length_say_so() -> None:
    rows = rows_of(b"a,b\n1,2,3\n1\n1,2,\n")
    assert [row.excess is None for row in rows] == [False, False, True]
    assert "3 cells and the header 2" in (rows[0].excess or "")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        said = [str(row.line) for row in rows_of(content)]
    except FileRefused as refused:
        said = [str(refused)]
    assert all("\n" not in sentence for sentence in said)


def fate_of(kind: Kind, header: Header, row: Row) -> str:
    """`kept`, or the column that a row was refused for."""
    try:
        parse_row(kind, header, row)
    except RowRefused as refused:
        return refused.column
    return "kept"


HEADS = st.sampled_from(
    ["email", "phone", "price", "consent_at", "consent_email", "language", "tags", "other", "currency"]
)


@settings(max_examples=120, deadline=None)
@given(HEADS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_cell_is_kept_or_refused_with_its_column(column: str, cell: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["external_id", column], ["c-1", cell]])
    kind = prospects_kind(Moments("UTC", NOW))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prospects.csv"
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
        table = open_table(path)
        header = read_header(kind, table)
        for row in table:
            assert fate_of(kind, header, row) in ("kept", column)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1, max_size=30))
def test_what_an_export_writes_an_import_reads(cell: str) -> None:
    """Also apostrophes and formulas; white space at the ends is not kept."""
    written = csv_line(["a", "b"]) + csv_line([cell.strip() or "x", "y"])
    first = written.splitlines()[1] if "\n" not in cell else ""
    assert not first.startswith(("=", "+", "-", "@", "\t"))
    assert cells_of(written.encode())[0]["a"] == (cell.strip() or "x").strip(" \t\r\n")


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "prospects.csv"
    with path.open("w") as file:
        file.write("external_id,email\n")
        for number in range(30_000):
            file.write(f"c-{number},a{number}@example.com\n")
    tracemalloc.start()
    count = sum(1 for _ in open_table(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000 and peak < 3_000_000
