"""Public holidays by country or subdivision ("DE", "DE-BE"), from the `holidays` library. Pure, kept per code and year.

A holiday is a local calendar day; which instants it covers is decided by whoever knows the zone (`rotation`).
"""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType

from tocsin.kernel.errors import Invalid

YEARS_KEPT = 4096  # a year of one code is about 3 kB and costs about 1 ms to make
LANGUAGE = "en_US"
WEEKLY = "Sunday"  # the library lists every Sunday of Sweden; days of the week are a layer's `restrict`, not holidays


def check_code(code: str) -> None:
    """Raises Invalid unless the code is ISO 3166: a country, or a country and one of its subdivisions, "DE-BE"."""
    country, dash, subdivision = code.partition("-")
    divisions = _divisions().get(country)
    if divisions is not None and (not dash or subdivision in divisions):
        return
    raise Invalid(f"There are no public holidays for {code!r}.", _remedy(code), field="holidays")


@lru_cache(YEARS_KEPT)
def holidays_of(code: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year by day, with their English names; a day taken in lieu of one counts as well.

    Empty for years that the library does not know (most countries: 1950 to 2100 at least). Raises Invalid.
    """
    from holidays import country_holidays  # noqa: PLC0415 - 200 ms, for which the command line need not wait

    check_code(code)
    country, _, subdivision = code.partition("-")
    found = country_holidays(country, subdiv=subdivision or None, years=year, language=LANGUAGE)
    named = ((day, _name(text)) for day, text in sorted(found.items()))
    return MappingProxyType({day: name for day, name in named if name})


def is_holiday(code: str, day: date) -> str | None:
    """The name of the public holiday that a local day is; None: it is none. Raises Invalid."""
    return holidays_of(code, day.year).get(day)


def _name(text: str) -> str:
    """One name of a day on which several holidays fall."""
    return ", ".join(one for one in text.split("; ") if one != WEEKLY)


@cache
def _divisions() -> Mapping[str, frozenset[str]]:
    """The subdivisions of each country that the library knows."""
    from holidays import list_supported_countries  # noqa: PLC0415 - as above

    known = list_supported_countries(include_aliases=False)
    return {country: frozenset(divisions) for country, divisions in known.items()}


def _remedy(code: str) -> str:
    """What to write instead: the nearest codes in whatever case they were typed, or the shape of one."""
    country, _, subdivision = code.upper().partition("-")
    divisions = _divisions().get(country)
    if divisions is not None and subdivision and not divisions:
        return f"{country} is not divided; write `holidays: {country}`."
    codes = (
        [country, *(f"{country}-{one}" for one in sorted(divisions))] if divisions is not None else list(_divisions())
    )
    near = get_close_matches(code.upper(), typed := {one.upper(): one for one in codes}, n=3)
    if near:
        return f"Did you mean {' or '.join(typed[one] for one in near)}?"
    return "Write a country or a country and its subdivision by ISO 3166, as in `holidays: DE` or `holidays: DE-BE`."
