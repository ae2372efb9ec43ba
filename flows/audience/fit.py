"""Fit: how near a prospect is to the target profile, whatever they do. Points, a grade, and the reasons."""

from dataclasses import dataclass
from decimal import Decimal

from flows.audience.profile import Profile
from flows.audience.reading import amount, is_company, number_of, one_of, text_of
from flows.audience.scoring import CompanyTarget, Grades, PersonTarget, Range, Rules


@dataclass(frozen=True, slots=True)
class Fit:
    """`score` 0 to 100 of what the target describes, `grade` A to D; both None while it describes nothing."""

    score: int | None
    grade: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the target: its points, what was found (None: unknown to us), and whether it fits."""

    name: str
    points: int
    found: str | None
    fits: bool
    because: str

    def line(self) -> str:
        """The reason line."""
        if self.found is None:
            return f"{self.name} not known: 0 of {self.points}"
        return f"{self.because}: +{self.points}" if self.fits else f"{self.because}: 0 of {self.points}"


def fit_of(profile: Profile, rules: Rules) -> Fit:
    """A company is judged by the company's part of the target when there is one, everybody else by the person's.

    Only parts that the target describes count; the points are scaled to 100.
    """
    target = rules.target
    if is_company(profile) and target.company.described():
        parts = _company(profile, target.company)
    else:
        parts = _person(profile, target.person)
    possible = sum(part.points for part in parts)
    if not possible:
        return Fit(None, None, ("the target profile says nothing yet: describe the customer you want under Rules",))
    reached = sum(part.points for part in parts if part.fits)
    score = (200 * reached + possible) // (2 * possible)
    grade = grade_of(score, rules.grades)
    total = f"{reached} of {possible} points that the target describes: fit {score}, grade {grade}"
    return Fit(score, grade, (*(part.line() for part in parts), total))


def grade_of(score: int, grades: Grades) -> str:
    """The grade of a fit."""
    return next((name for name in ("A", "B", "C") if score >= getattr(grades, name)), "D")


def _person(profile: Profile, target: PersonTarget) -> list[_Part]:
    points, parts = target.points, []
    if target.countries:
        country = text_of(profile, "country")
        fits = country is not None and one_of(target.countries, country) is not None
        words = f"ships to {country}" if fits else f"{country} is not among the countries of the target"
        parts.append(_Part("country", points.country, country, fits, words))
    if target.languages:
        language = text_of(profile, "language")
        fits = language is not None and _speaks(target, language)
        words = f"language {language} is served" if fits else f"language {language} is not served"
        parts.append(_Part("language", points.language, language, fits, words))
    if target.products:
        parts.append(_product(profile, target.products, points.product))
    if target.price.described():
        parts.append(_range("price", number_of(profile, "price", "cart_value"), target.price, points.price))
    return [part for part in parts if part.points]


def _speaks(target: PersonTarget, language: str) -> bool:
    """`pt-BR` is served by `pt`."""
    return (
        one_of(target.languages, language) is not None
        or one_of(target.languages, language.split("-", maxsplit=1)[0]) is not None
    )


def _product(profile: Profile, wanted: tuple[str, ...], points: int) -> _Part:
    """An id as it is, or a word inside the product's name, the interest or the use."""
    product_id = text_of(profile, "product_id")
    named = [one for one in (text_of(profile, name) for name in ("product_name", "interest", "use_case")) if one]
    found = next(iter([*named, *([product_id] if product_id else [])]), None)
    by_id = one_of(wanted, product_id) if product_id else None
    by_word = next((word for word in wanted for one in named if word.casefold() in one.casefold()), None)
    match = by_id or by_word
    words = f"looks for {found}, which the target names ({match})" if match else f"{found} is not what the target names"
    return _Part("product or use", points, found, match is not None, words)


def _range(name: str, value: Decimal | None, wanted: Range, points: int) -> _Part:
    found = amount(value) if value is not None else None
    fits = value is not None and wanted.holds(value)
    span = " to ".join(
        words
        for words in (
            f"{amount(wanted.at_least)}" if wanted.at_least is not None else "anything",
            f"{amount(wanted.at_most)}" if wanted.at_most is not None else "any height",
        )
    )
    return _Part(name, points, found, fits, f"{name} {found} lies {'within' if fits else 'outside of'} {span}")


def _company(profile: Profile, target: CompanyTarget) -> list[_Part]:
    points, parts = target.points, []
    for name, wanted, worth, facts in (
        ("industry", target.industries, points.industry, ("company.industry", "company_industry")),
        ("role", target.roles, points.role, ("role", "company.role", "company_role")),
        ("region", target.regions, points.region, ("country", "company.location", "company_location", "city")),
        ("use case", target.use_cases, points.use_case, ("use_case", "interest")),
    ):
        if wanted:
            parts.append(_named(profile, name, wanted, worth, facts))
    if target.size.described():
        size = number_of(profile, "company_size", "company.size")
        parts.insert(1 if target.industries else 0, _range("company size", size, target.size, points.size))
    return [part for part in parts if part.points]


def _named(profile: Profile, name: str, wanted: tuple[str, ...], points: int, facts: tuple[str, ...]) -> _Part:
    """Whether any of these facts is one of the names wanted."""
    known = [value for value in (text_of(profile, fact) for fact in facts) if value]
    found = next((value for value in known if one_of(wanted, value)), None)
    shown = found or next(iter(known), None)
    words = f"{name} {shown} is wanted" if found else f"{name} {shown} is not among those wanted"
    return _Part(name, points, shown, found is not None, words)
