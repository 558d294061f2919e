"""Number plans: what the library makes of digits alone.

A phone written in digits and harmless punctuation is decided by two things: its digits, and whether a plus stands
before them. `Plans` tells of such a number what `phonenumbers.parse`, `is_possible_number_with_reason`,
`is_valid_number` and `region_code_for_number` say, from the same metadata and the same regular expressions, without
looking for punctuation, letters and extensions that are not there.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from types import MappingProxyType
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc

from schemas.lanes.digits import prefixes_of
from schemas.lanes.nanp import descriptions_of

# Source of these limits: phonenumbers, `phonenumberutil`, constants of the same meaning.
_FEWEST = 2
"""Fewest digits of a national number."""
_MOST = 17
"""Most digits of a national number."""
_LONGEST_CODE = 3
"""Most digits of a calling code."""
_LONGEST = 250
"""Most characters of a cell."""
_TELLING = 20
"""More digits than any plan has: what is said of so many is said of all longer ones."""

OWN, UNASSIGNED, OTHER = 0, 1, 2
"""A possible number: of the region asked about, or of any where none is; that no plan has assigned; of another region."""
REFUSED = MappingProxyType({"P101": 3, "P102": 4, "P103": 5, "P104": 6, "P105": 7, "P106": 8})
"""A number that is refused with this code."""
CODES = ("", "P201", "P202", *REFUSED)
"""The code of each status."""

_TOO_SHORT, _LOCAL, _TOO_LONG = REFUSED["P102"], REFUSED["P104"], REFUSED["P103"]
_POSSIBLE = OWN


class Number(NamedTuple):
    """What is said of digits.

    Attributes:
        status: `OWN`, `UNASSIGNED`, `OTHER`, or one of `REFUSED`.
        value: The number in E.164, "" where it is refused.
        settled: Whether a national prefix too many had to be taken away to get a number that reads as itself.
    """

    status: int
    value: str = ""
    settled: bool = False


class Plan:
    """The plan of one region.

    Args:
        metadata: What the library knows of it.
    """

    def __init__(self, metadata: PhoneMetadata) -> None:
        general = metadata.general_desc
        if general is None:
            raise ValueError(f"a region without a general description: {metadata.id}")
        self.code = str(metadata.country_code)
        self.region = metadata.id
        self.lengths: tuple[int, ...] = tuple(general.possible_length)
        self.local_lengths: tuple[int, ...] = tuple(general.possible_length_local_only)
        self.by_length = tuple(self._judge_length(digits) for digits in range(_TELLING + 1))
        self.prefix = _compiled(metadata.national_prefix_for_parsing)
        self.exit = _compiled(metadata.international_prefix)
        self.rewrite: str | None = metadata.national_prefix_transform_rule
        self.leading = _compiled(metadata.leading_digits)
        self._metadata = metadata
        self._general = general

    @cached_property
    def is_general(self) -> re.Pattern[str]:
        """The pattern of all numbers of the plan."""
        return re.compile(self._general.national_number_pattern or "(?!)")

    def possible(self, national: str) -> int:
        """Return what `_test_number_length` says: 0 if so many digits are possible, or one of `REFUSED`."""
        return self.by_length[min(len(national), _TELLING)]

    def assigned(self, national: str) -> bool:
        """Return whether a type of number of the plan has these digits. Source: `_number_type_helper`."""
        digits = len(national)
        if self._general.possible_length and digits not in self._general.possible_length:
            return False
        if not self.is_general.fullmatch(national):
            return False
        return any(pattern.fullmatch(national) for pattern in self._types(digits))

    def strip(self, national: str) -> str:
        """Return the digits without the national prefix. Source: `_maybe_strip_national_prefix_carrier_code`."""
        match = self.prefix.match(national) if self.prefix is not None and national else None
        if match is None or self.prefix is None:
            return national
        if self.rewrite and match.groups()[-1] is not None:
            rest = self.prefix.sub(self.rewrite, national, count=1)
        else:
            rest = national[match.end() :]
        is_general = self.is_general.fullmatch
        return national if is_general(national) and not is_general(rest) else rest

    def _judge_length(self, digits: int) -> int:
        if digits in self.local_lengths:
            return _LOCAL
        if digits in self.lengths:
            return _POSSIBLE
        if digits < self.lengths[0]:
            return _TOO_SHORT
        return _TOO_LONG if digits > self.lengths[-1] else REFUSED["P105"]

    @cached_property
    def _descriptions(self) -> tuple[PhoneNumberDesc, ...]:
        return tuple(descriptions_of(self._metadata))

    @cached_property
    def _by_digits(self) -> dict[int, tuple[re.Pattern[str], ...]]:
        return {}

    def _types(self, digits: int) -> tuple[re.Pattern[str], ...]:
        patterns = self._by_digits.get(digits)
        if patterns is None:
            patterns = self._by_digits[digits] = tuple(
                re.compile(pattern)
                for pattern in dict.fromkeys(
                    description.national_number_pattern
                    for description in self._descriptions
                    if not description.possible_length or digits in description.possible_length
                )
            )
        return patterns


class Code:
    """A calling code: the plans of its regions, in the order in which the library asks them.

    Args:
        digits: The calling code.
    """

    def __init__(self, digits: str) -> None:
        self.digits = digits
        self.regions = phonenumbers.region_codes_for_country_code(int(digits))
        found = PhoneMetadata.metadata_for_region_or_calling_code(int(digits), self.regions[0])
        if found is None:
            raise ValueError(f"a calling code without metadata: {digits}")
        self.main = Plan(found)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all regions."""
        found = (PhoneMetadata.metadata_for_region(region, None) for region in self.regions)
        return tuple(Plan(metadata) for metadata in found if metadata is not None)

    def region_of(self, national: str) -> str | None:
        """Return the region that has assigned a number, or None.

        Source: phonenumbers, `region_code_for_number`; `is_valid_number`, which asks no other region then.
        """
        if len(self.regions) == 1:
            return self.regions[0] if self.main.assigned(national) else None
        for plan in self.plans:
            if plan.leading is None:
                if plan.assigned(national):
                    return plan.region
            elif plan.leading.match(national):
                return plan.region if plan.assigned(national) else None
        return None


class Plans:
    """The plans as they are seen from one region.

    Args:
        region: The region of a number without a calling code (CLDR two letters, upper case), or None for none.
    """

    def __init__(self, region: str | None) -> None:
        self.region = region
        metadata = None if region is None else PhoneMetadata.metadata_for_region(region, None)
        self.home = None if metadata is None else Plan(metadata)

    def read(self, digits: str) -> Number:
        """Return what is said of digits, three or more, or two that are all of the text; with a plus before or not.

        >>> Plans("GB").read("02079460018")
        Number(status=0, value='+442079460018', settled=False)
        >>> Plans("GB").read("+12025550123"), Plans("GB").read("0207")
        (Number(status=2, value='+12025550123', settled=False), Number(status=4, value='', settled=False))
        """
        found = self._parse(digits)
        if isinstance(found, int):
            return Number(found)
        code, national = found
        refusal = code.main.possible(national)
        if refusal:
            return Number(refusal)
        value = f"+{code.digits}{national}"
        if value != digits and not self._reads_as_itself(code, national):
            return self._settle(value)
        region = code.region_of(national)
        if region is None:
            return Number(UNASSIGNED, value)
        return Number(OWN if self.region is None or region == self.region else OTHER, value)

    def _parse(self, digits: str) -> tuple[Code, str] | int:
        """Return calling code and national number, or one of `REFUSED`. Source: phonenumbers, `parse`."""
        if digits[0] == "+":
            if len(digits) == 1 + _FEWEST:
                return _TOO_SHORT
            code = code_of(digits[1 : 1 + _LONGEST_CODE])
            if code is not None:
                return _strip_abroad(code, digits[1 + len(code.digits) :])
            # The library drops the plus and tries once more, for a number that has an exit code behind it.
            found = self._parse_international(digits[1:])
            return REFUSED["P106"] if found is None else found
        if self.home is None:
            return REFUSED["P106"]
        found = self._parse_international(digits)
        return self._strip_at_home(digits) if found is None else found

    def _parse_international(self, digits: str) -> tuple[Code, str] | int | None:
        """Return what `_parse` does if digits begin with an exit code or the region's calling code, else None."""
        home = self.home
        if home is None:
            return None
        match = home.exit.match(digits) if home.exit is not None else None
        if match is not None and digits[match.end() : match.end() + 1] != "0":
            abroad = digits[match.end() :]
            if len(abroad) <= _FEWEST:
                return _TOO_SHORT
            code = code_of(abroad[:_LONGEST_CODE])
            return REFUSED["P106"] if code is None else _strip_abroad(code, abroad[len(code.digits) :])
        if not digits.startswith(home.code):
            return None
        rest = home.strip(digits[len(home.code) :])
        is_general = home.is_general.fullmatch
        if (not is_general(digits) and is_general(rest)) or home.possible(digits) == _TOO_LONG:
            code = code_of(home.code)
            return REFUSED["P106"] if code is None else _strip_abroad(code, rest)
        return None

    def _strip_at_home(self, digits: str) -> tuple[Code, str] | int:
        assert self.home is not None, "asked only where a region is set"
        code = code_of(self.home.code)
        if code is None:
            return REFUSED["P106"]
        return _strip(code, self.home, digits)

    def _reads_as_itself(self, code: Code, national: str) -> bool:
        again = self._parse(f"+{code.digits}{national}")
        return not isinstance(again, int) and again[0] is code and again[1] == national

    def _settle(self, value: str) -> Number:
        """Return what is said of a number in E.164 that reads as another one. Source: `kinds.phones._settle_spelling`."""
        for _ in range(_MOST):
            found = self._parse(value)
            if isinstance(found, int):
                break
            code, national = found
            if code.main.possible(national):
                break
            again = f"+{code.digits}{national}"
            if again == value:
                return self.read(value)._replace(settled=True)
            value = again
        return Number(REFUSED["P101"])


@cache
def code_of(begin: str) -> Code | None:
    """Return the calling code that digits begin with, or None. Source: phonenumbers, `_extract_country_code`."""
    for digits in range(1, min(len(begin), _LONGEST_CODE) + 1):
        code = begin[:digits]
        if code[0] != "0" and phonenumbers.region_codes_for_country_code(int(code)):
            return _code(code)
    return None


@cache
def _code(digits: str) -> Code:
    return Code(digits)


def _strip_abroad(code: Code, national: str) -> tuple[Code, str] | int:
    return _strip(code, code.main, national)


def _strip(code: Code, plan: Plan, national: str) -> tuple[Code, str] | int:
    """Return a number without national prefix, if what is left is long enough, or one of `REFUSED`."""
    if len(national) < _FEWEST:
        return _TOO_SHORT
    rest = plan.strip(national)
    if rest is not national and plan.possible(rest) in (_POSSIBLE, _TOO_LONG):
        national = rest
    if len(national) < _FEWEST:
        return _TOO_SHORT
    return _TOO_LONG if len(national) > _MOST else (code, national)


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


def fewest_digits(plans: Plans) -> tuple[int, int]:
    """Return the fewest digits that a number can have, as it is written, with a plus and without one.

    The number may be local. The bounds are never too high.
    """
    # A calling code of two digits or more, and a number; or one of the few calling codes of one digit.
    short = (code_of(str(code)) for code in range(1, 10))
    with_plus = min(2 + _FEWEST, *(1 + _fewest(code.main) for code in short if code is not None))
    home = plans.home
    if home is None:
        # Without a plus there is no number at all, as long as a cell may be.
        return with_plus, _LONGEST
    main = code_of(home.code)
    plan_of_code = home if main is None else main.main
    at_home = min(_fewest(home), _fewest(plan_of_code)) - max(_added(home), _added(plan_of_code))
    without = max(_FEWEST, min(at_home, _fewest_of_exit(home) + with_plus))
    return min(with_plus, without), without


def _fewest(plan: Plan) -> int:
    return min(*plan.lengths, *plan.local_lengths)


def _added(plan: Plan) -> int:
    """Return how many digits more a number may have than was written: what stands for a national prefix may be longer."""
    return len(re.findall(r"(?<!\\)\d", plan.rewrite or ""))


def _fewest_of_exit(plan: Plan) -> int:
    if plan.exit is None:
        return _LONGEST
    try:
        return min(digits + free for digits, free in prefixes_of(plan.exit.pattern))
    except ValueError:
        return 1


def is_plain_american(plans: Plans) -> bool:
    """Return whether ten digits of the North American plan, of which the first is no 0 or 1, are read as they stand.

    So they are behind +1 as long as the plan's national prefix is 1; and in a region of the plan also behind 1 or
    alone, as long as an exit code begins with 0, and no national prefix but 1 is read from ten digits.
    """
    code = code_of("1")
    if code is None or not _has_prefix_1(code.main) or code.main.possible("2" * 10):
        return False
    home = plans.home
    if home is None or home.code != "1":
        return True
    return (
        _has_prefix_1(home)
        and home.possible("1" * 11) == _TOO_LONG
        and home.exit is not None
        and home.exit.pattern.startswith("0")
        and home.exit.pattern.isdigit()
    )


def _has_prefix_1(plan: Plan) -> bool:
    # `([2-9]\d{6})$|1`: seven digits get their area code.
    pattern = plan.prefix.pattern if plan.prefix is not None else ""
    return re.fullmatch(r"(?:\((?:\d|\[[\d-]+\])\\d\{6\}\)\$\|)?1", pattern) is not None
