"""Being among the rows of another table, written so that either database finds a quick way."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import BinaryExpression, ColumnElement, Select, false, func, literal, or_, select, true, union
from sqlalchemy.sql.operators import in_op

from flows.audience.comparing import counts
from flows.audience.terms import Bound
from storage.tables import facts, prospects

CURRENCY: Any = select(facts.c.value).where(facts.c.name == "currency").scalar_subquery()
"""The shop's currency, kept among the facts of this installation when the house opens."""


def ours(currency: ColumnElement[Any]) -> ColumnElement[bool]:
    """An amount is in the shop's currency; one that names none is taken for it."""
    return or_(currency.is_(None), currency == CURRENCY)


def member(
    owner: ColumnElement[Any], where: Iterable[ColumnElement[bool]], *, wanted: bool = True, top: bool = False
) -> ColumnElement[bool]:
    """The prospect has (or with `wanted` false has not) a row in the table of `owner`, its column with the prospect.

    As a list of ids where the database may begin with it (`top`), else looked up for each prospect by its index.
    """
    return member_of_any([(owner, where)], wanted=wanted, top=top)


Source = tuple[ColumnElement[Any], Iterable[ColumnElement[bool]]]
"""A table's column with the prospect, and which of its rows count."""


def member_of_any(sources: Sequence[Source], *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """As `member`, of rows that stand in more than one table: the prospect has one in at least one of them."""
    if wanted and top:
        # Rows of nobody (their person was erased) are nobody's: one null in a list makes all others unknown.
        lists = [select(owner).where(owner.is_not(None), *where) for owner, where in sources]
        # Each of them once: PostgreSQL takes a list with repetitions for a short one, and then looks people up singly.
        return prospects.c.id.in_(union(*lists) if len(lists) > 1 else lists[0])
    found = or_(*(_has_row(owner, where) for owner, where in sources))
    return found if wanted else ~found


def listed(found: ColumnElement[bool]) -> Select[Any]:
    """The ids that a condition over prospects finds, each once: of a list that `member` made, the list itself.

    Whoever stands in another table stands among the prospects too, and need not be looked for there.
    """
    if isinstance(found, BinaryExpression) and found.operator is in_op and found.left is prospects.c.id:
        rows = found.right.element
        if not isinstance(rows, Select):
            return select(rows.subquery())
        (owner,) = rows.selected_columns
        return rows if owner.primary_key else rows.distinct()
    return select(prospects.c.id).where(found)


def _has_row(owner: ColumnElement[Any], where: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return select(literal(1)).where(owner == prospects.c.id, *where).correlate(prospects).exists()


def counted(
    owner: ColumnElement[Any],
    where: Iterable[ColumnElement[bool]],
    figure: ColumnElement[Any],
    bound: tuple[Bound, Decimal],
    *,
    wanted: bool,
    top: bool,
) -> ColumnElement[bool]:
    """A figure over the prospect's rows (0 when there are none) keeps to a bound, or with `wanted` false does not."""
    of_nobody = counts(bound[0], Decimal(0), bound[1])
    if top and of_nobody is not wanted:
        rows = select(owner).where(owner.is_not(None), *where).group_by(owner)
        return prospects.c.id.in_(rows.having(_bounded(figure, bound, wanted=wanted)))
    return _bounded(each(owner, where, figure), bound, wanted=wanted)


def times(
    owner: ColumnElement[Any],
    where: Iterable[ColumnElement[bool]],
    bound: tuple[Bound, int],
    *,
    wanted: bool,
    top: bool,
) -> ColumnElement[bool]:
    """So many rows. That there are any, or none, is asked without counting."""
    if bound == ("at_least", 1):
        return member(owner, where, wanted=wanted, top=top)
    if bound in (("exactly", 0), ("at_most", 0)):
        return member(owner, where, wanted=not wanted, top=top)
    return counted(owner, where, func.count(), (bound[0], Decimal(bound[1])), wanted=wanted, top=top)


def each(owner: ColumnElement[Any], where: Iterable[ColumnElement[bool]], figure: ColumnElement[Any]) -> Any:
    """The figure over the rows of the prospect that is being looked at."""
    query: Select[Any] = select(figure).where(owner == prospects.c.id, *where)
    return query.correlate(prospects).scalar_subquery()


def _bounded(figure: ColumnElement[Any], bound: tuple[Bound, Decimal], *, wanted: bool) -> ColumnElement[bool]:
    kind, number = bound
    match kind:
        case "at_least":
            return figure >= number if wanted else figure < number
        case "at_most":
            return figure <= number if wanted else figure > number
        case "exactly":
            return figure == number if wanted else figure != number
        case "above":
            return figure > number if wanted else figure <= number
        case "below":
            return figure < number if wanted else figure >= number


def anything(*, wanted: bool) -> ColumnElement[bool]:
    """True, or false."""
    return true() if wanted else false()
