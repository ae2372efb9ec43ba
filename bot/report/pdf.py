"""The report as a PDF, A4: the same blocks as on the page, with fonts for every language of the shop inside."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final, assert_never, cast

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextEmphasis
from fpdf.fonts import FontFace

from bot.report.blocks import (
    Bars,
    Block,
    Heading,
    Paragraph,
    Points,
    Quotes,
    Span,
    Subheading,
    Table,
    Verdict,
    Weeks,
)
from bot.report.compose import compose, title
from bot.report.drawn import draw_bars, draw_span, draw_weeks
from bot.report.gather import Report
from bot.report.ink import ACCENT, BAD, FILL, GOOD, INK, LINE, SOFT
from bot.web.texts import direction

FONTS: Final = (
    ("text", "", "fontpkg_pt_sans", "files/PT_Sans-Web-Regular.ttf"),
    ("text", "B", "fontpkg_pt_sans", "files/PT_Sans-Web-Bold.ttf"),
    ("arabic", "", "fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    ("japanese", "", "pylopdf_fonts_jp", "NotoSansJP-Regular.otf"),
)
"""Family, style, package and file. All are under the SIL Open Font License."""

MARGIN: Final = 18.0


class Paper(FPDF):
    """A4 sheets with the page's number at the foot."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.c_margin = 0.0
        for family, style, package, name in FONTS:
            self.add_font(family, style, str(files(package) / name))
        # A bold word in Arabic or Japanese is set in the regular weight rather than in empty boxes.
        self.set_fallback_fonts(["arabic", "japanese"], exact_match=False)
        self.set_text_shaping(use_shaping_engine=True)

    def footer(self) -> None:
        """What stands at the foot of every page."""
        self.set_y(-12)
        self.ink(8, SOFT)
        self.cell(0, 5, self._foot)
        self.set_x(MARGIN)
        self.cell(0, 5, str(self.page_no()), align="R")

    def ink(self, size: float, colour: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        """The letters from here on: size in points, colour, weight."""
        # Measuring may have left another font in the file than the one remembered here: name it anew, always.
        self.font_family = ""
        self.set_font("text", "B" if bold else "", size)
        self.set_text_color(*colour)

    def lines(self, text: str, height: float, *, align: str = "L", indent: float = 0.0) -> None:
        """Text over as many lines as it needs, and the pen back at the left edge below it."""
        self.set_x(MARGIN + indent)
        self.multi_cell(0, height, text, align=align, new_x="LMARGIN", new_y="NEXT")

    def height_of(self, text: str, width: float, line: float) -> float:
        """How tall a text would be in a column, in millimetres."""
        return cast("float", self.multi_cell(width, line, text, dry_run=True, output="HEIGHT"))

    def need(self, height: float) -> None:
        """Begin a new page unless so many millimetres are left on this one."""
        if self.will_page_break(height):
            self.add_page()


def as_pdf(report: Report) -> bytes:
    """The whole file."""
    heading, about, made = title(report)
    paper = Paper(about)
    paper.set_title(heading)
    paper.set_author(report.shop)
    paper.set_lang("en")
    paper.set_creation_date(report.made_at)
    paper.add_page()
    paper.ink(11, ACCENT, bold=True)
    paper.lines(report.shop, 6)
    paper.ink(22, bold=True)
    paper.lines(heading, 10)
    paper.ink(11)
    paper.lines(about, 6)
    paper.ink(9, SOFT)
    paper.lines(made, 5)
    for block in compose(report):
        _draw(paper, block)
    return bytes(paper.output())


def _draw(paper: Paper, block: Block) -> None:  # noqa: C901 - an arm for each kind
    match block:
        case Heading(text=text):
            _heading(paper, text)
        case Subheading(text=text):
            paper.need(28)
            paper.ln(4)
            paper.ink(12, bold=True)
            paper.lines(text, 6)
        case Paragraph(text=text, quiet=quiet):
            paper.ink(9 if quiet else 10.5, SOFT if quiet else INK)
            paper.lines(text, 4.6 if quiet else 5.4)
            paper.ln(1.5)
        case Verdict():
            _verdict(paper, block)
        case Points(lines=lines, numbered=numbered):
            _points(paper, lines, numbered=numbered)
        case Table():
            _table(paper, block)
        case Bars(rows=rows):
            draw_bars(paper, rows)
        case Span(interval=interval):
            draw_span(paper, interval)
        case Weeks(said=said, label=label):
            draw_weeks(paper, said, label)
        case Quotes():
            _quotes(paper, block)
        case _:
            assert_never(block)


def _heading(paper: Paper, text: str) -> None:
    paper.need(45)
    paper.ln(7)
    paper.set_draw_color(*LINE)
    paper.line(MARGIN, paper.get_y(), paper.w - MARGIN, paper.get_y())
    paper.ln(4)
    paper.ink(15, bold=True)
    paper.lines(text, 8)
    paper.ln(1)


def _verdict(paper: Paper, block: Verdict) -> None:
    paper.ink(14, bold=True)
    tall = paper.height_of(block.text, paper.epw - 10, 6.6) + 12
    paper.need(tall + 25)
    paper.ln(3)
    top = paper.get_y()
    paper.set_fill_color(*FILL)
    paper.rect(MARGIN, top, paper.epw, tall, style="F")
    paper.set_fill_color(*{"good": GOOD, "bad": BAD}.get(block.tone, SOFT))
    paper.rect(MARGIN, top, 1.2, tall, style="F")
    paper.set_xy(MARGIN + 5, top + 2.5)
    paper.ink(9, SOFT)
    paper.lines(block.question, 4.5, indent=5)
    paper.ink(14, bold=True)
    paper.set_x(MARGIN + 5)
    paper.multi_cell(paper.epw - 10, 6.6, block.text, new_x="LMARGIN", new_y="NEXT")
    paper.set_y(top + tall + 2)


def _points(paper: Paper, lines: Sequence[str], *, numbered: bool) -> None:
    paper.ink(10.5)
    for number, line in enumerate(lines, 1):
        paper.need(8)
        paper.set_x(MARGIN)
        paper.cell(6, 5.2, f"{number}." if numbered else "•")
        paper.lines(line, 5.2, indent=6)
        paper.ln(0.8)


def _table(paper: Paper, block: Table) -> None:
    paper.ln(1.5)
    paper.set_draw_color(*LINE)
    paper.set_fill_color(255, 255, 255)
    small = 8 if len(block.heads) > 6 else 9
    paper.ink(small)
    head = FontFace(emphasis=TextEmphasis.B, color=SOFT, size_pt=small - 0.5)
    aligns = tuple("LEFT" if number < block.left else "RIGHT" for number in range(len(block.heads)))
    widths = tuple(_width(block, number) for number in range(len(block.heads)))
    with paper.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=head,
        text_align=aligns,
        col_widths=widths,
        line_height=4.6,
        padding=(1.0, 0.8),
        first_row_as_headings=True,
    ) as table:
        for row in (block.heads, *block.rows):
            line = table.row()
            for cell in row:
                line.cell(cell)
    paper.ln(2)


def _width(block: Table, number: int) -> int:
    """How wide a column is against the others: by its longest text, within bounds."""
    longest = max(len(row[number]) for row in (block.heads, *block.rows))
    return min(max(longest, 8), 30)


def _quotes(paper: Paper, block: Quotes) -> None:
    paper.need(16)
    paper.ink(9.5, SOFT, bold=True)
    paper.lines(block.title, 5.5)
    for text, language in block.lines:
        _quote(paper, text, rightwards=direction(language) == "rtl")


def _quote(paper: Paper, text: str, *, rightwards: bool) -> None:
    paper.ink(10.5)
    tall = paper.height_of(text, paper.epw - 4, 5.6)
    paper.need(tall)
    paper.ink(10.5)
    top = paper.get_y()
    paper.set_fill_color(*LINE)
    paper.rect(paper.w - MARGIN - 0.8 if rightwards else MARGIN, top, 0.8, tall, style="F")
    paper.set_x(MARGIN if rightwards else MARGIN + 4)
    width = paper.epw - 4
    paper.multi_cell(width, 5.6, text, align="R" if rightwards else "L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(1.5)
