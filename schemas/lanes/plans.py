"""Number plans: what the library makes of digits alone.

A phone written in digits and harmless punctuation is decided by two things: its digits, and whether a plus stands
before them. `Plans` tells of such a number what `phonenumbers.parse`, `is_possible_number_with_reason`,
`is_valid_number` and `region_code_for_number` say, from the same metadata, without looking for punctuation, letters and
extensions that are not there. The metadata is that of the installed library, read when it is needed; how it is applied
is fixed here, and the tests hold it to be what the installed library does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from types import MappingProxyType
from typing import TypeAlias

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc

from schemas.lanes.spans import Meant, Spans, in_both, spans_of

# Source of these limits: phonenumbers, `phonenumberutil`, constants of the same meaning.
_FEWEST = 2
"""Fewest digits of a national number."""
_MOST = 17
"""Most digits of a national number."""
_LONGEST_CODE = 3
"""Most digits of a calling code."""
_LONGEST = 250
"""Most characters of a cell."""
LENGTHS = 20
"""More digits than any plan has: what is said of so many is said of all longer ones."""

OWN, UNASSIGNED, OTHER = 0, 1, 2
"""A possible number: of the region asked about, or of any where none is; one that no plan has assigned; one of another
region."""
REFUSED = MappingProxyType({"P101": 3, "P102": 4, "P103": 5, "P104": 6, "P105": 7, "P106": 8})
"""A number that is refused with this code."""
CODES = ("", "P201", "P202", *REFUSED)
"""The code of each status."""

_DIGITS = frozenset("0123456789")
_PAIRS = tuple(f"{pair:02}" for pair in range(100))
_TOO_SHORT, _LOCAL, _TOO_LONG = REFUSED["P102"], REFUSED["P104"], REFUSED["P103"]
_POSSIBLE = OWN


Number: TypeAlias = tuple[int, str, bool]
"""What is said of digits: `OWN`, `UNASSIGNED`, `OTHER`, or one of `REFUSED`; the number in E.164, "" where it is
refused; and whether a national prefix too many had to be taken away to get a number that reads as itself, or would have
had to where there is none."""


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
        self.by_length = tuple(self._judge_length(digits) for digits in range(LENGTHS + 1))
        self.leading_digits: str | None = metadata.leading_digits
        self.rewrite: str | None = metadata.national_prefix_transform_rule
        self._metadata = metadata
        self._general = general
        self._spans: dict[int, Spans] = {}
        self._assigned: dict[int, list[int]] = {}
        # Compiling takes most of the time that a plan does, and of few plans a number is read that needs it.
        self._prefix: str = metadata.national_prefix_for_parsing or ""
        self._exit: str = metadata.international_prefix or ""

    @cached_property
    def prefix(self) -> re.Pattern[str] | None:
        """The pattern of national prefixes."""
        return _compiled(self._prefix)

    @cached_property
    def exit(self) -> re.Pattern[str] | None:
        """The pattern of exit codes."""
        return _compiled(self._exit)

    @cached_property
    def leading(self) -> re.Pattern[str] | None:
        """The pattern of the first digits by which the region is told from others of its calling code."""
        return _compiled(self.leading_digits)

    @cached_property
    def stripped(self) -> frozenset[str]:
        """All first two digits of numbers from which a national prefix may be read."""
        return _beginnings(self._prefix)

    @cached_property
    def trunk(self) -> tuple[str, frozenset[str]] | None:
        """The digit that is the whole national prefix of numbers that begin with it, but not with these two digits.

        Behind these the national prefix may be a longer one, or the digit belongs to the number. From all others it is
        taken if the rest is long enough.
        """
        pattern = self._prefix
        for digit in sorted(_DIGITS):
            if pattern == digit:
                others = ""
            elif pattern.startswith(f"{digit}|"):
                others = pattern[2:]
            elif pattern.endswith(f"|{digit}"):
                others = pattern[:-2]
            else:
                continue
            spared = _beginnings(others) | _beginnings(self._general.national_number_pattern or "")
            return digit, frozenset(two for two in spared if two[0] == digit)
        return None

    @cached_property
    def abroad(self) -> frozenset[str]:
        """All first two digits of exit codes."""
        return _beginnings(self._exit)

    @cached_property
    def fewest_national(self) -> int:
        """Fewest digits that the pattern of all numbers of the plan matches."""
        pattern = self._general.national_number_pattern or ""
        try:
            return next((digits for digits in range(_MOST) if spans_of([pattern], digits).size), _MOST)
        except ValueError:
            return 0

    @cached_property
    def is_general(self) -> re.Pattern[str]:
        """The pattern of all numbers of the plan."""
        return re.compile(self._general.national_number_pattern or "(?!)")

    def possible(self, national: str) -> int:
        """Return what `_test_number_length` says: 0 if so many digits are possible, or one of `REFUSED`."""
        return self.by_length[min(len(national), LENGTHS)]

    def assigned(self, national: str) -> bool:
        """Return whether a type of number of the plan has these digits. Source: `_number_type_helper`."""
        borders = self._assigned.get(len(national))
        if borders is None:
            try:
                borders = self._assigned[len(national)] = self.spans(len(national)).tolist()
            except ValueError:
                return self._is_valid(national)
        return bisect_right(borders, int(national)) & 1 == 1

    def spans(self, digits: int) -> Spans:
        """Return the assigned numbers of so many digits.

        Raises:
            ValueError: A pattern is not understood.
        """
        spans = self._spans.get(digits)
        if spans is None:
            of_type = spans_of(_patterns(descriptions_of(self._metadata), digits), digits)
            spans = self._spans[digits] = in_both(of_type, spans_of(_patterns([self._general], digits), digits))
        return spans

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

    def _is_valid(self, national: str) -> bool:
        """Return what the library says, whatever its patterns are written like."""
        zeros = len(national) - len(national.lstrip("0") or "0")
        number = phonenumbers.PhoneNumber(
            country_code=int(self.code),
            national_number=int(national),
            italian_leading_zero=True if zeros else None,
            number_of_leading_zeros=zeros if zeros > 1 else None,
        )
        return phonenumbers.is_valid_number_for_region(number, self.region)


class Code:
    """A calling code: the plans of its regions, in the order in which the library asks them.

    Args:
        digits: The calling code.
    """

    def __init__(self, digits: str) -> None:
        self.digits = digits
        self.width = 1 + len(digits)
        self.regions = phonenumbers.region_codes_for_country_code(int(digits))
        found = PhoneMetadata.metadata_for_region_or_calling_code(int(digits), self.regions[0])
        if found is None:
            raise ValueError(f"a calling code without metadata: {digits}")
        self.main = Plan(found)
        self._only = self.regions[0] if len(self.regions) == 1 else None

    @staticmethod
    @cache
    def of(digits: str) -> Code:
        """Return the calling code, always the same one."""
        return Code(digits)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all regions."""
        found = (PhoneMetadata.metadata_for_region(region, None) for region in self.regions)
        return tuple(Plan(metadata) for metadata in found if metadata is not None)

    def region_of(self, national: str) -> str | None:
        """Return the region that has assigned a number, or None.

        Source: phonenumbers, `region_code_for_number`; `is_valid_number`, which asks no other region then.
        """
        if self._only is not None:
            return self._only if self.main.assigned(national) else None
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
        (0, '+442079460018', False)
        >>> Plans("GB").read("+12025550123"), Plans("GB").read("0207")
        ((2, '+12025550123', False), (6, '', False))
        """
        written = digits
        if digits[0] != "+":
            home = self.home
            match = home.exit.match(digits) if home is not None and home.exit is not None else None
            if match is None:
                return self._read_closely(digits)
            written = f"+{digits[match.end() :]}"
        # What `_parse` does, told by the first digits: nothing has to go from a number of a known calling code.
        code = code_of(written[1:4])
        if code is None or len(written) <= 1 + _FEWEST:
            return self._read_closely(digits)
        national, main = written[code.width :], code.main
        if national[:2] in main.stripped:
            return self._read_closely(digits)
        refusal = main.by_length[min(len(national), LENGTHS)]
        if refusal:
            return refusal, "", False
        return self._grade(code.region_of(national)), written, False

    def _grade(self, region: str | None) -> int:
        """Return the status of a possible number that this region has assigned, or none has."""
        if region is None:
            return UNASSIGNED
        return OWN if self.region is None or region == self.region else OTHER

    def _read_closely(self, digits: str) -> Number:
        found = self._parse(digits)
        if isinstance(found, int):
            return found, "", False
        code, national = found
        main = code.main
        refusal = main.by_length[min(len(national), LENGTHS)]
        if refusal:
            return refusal, "", False
        value = f"+{code.digits}{national}"
        # It reads as itself unless there is still a national prefix.
        if value != digits and main.prefix is not None and main.prefix.match(national):
            again = self._parse(value)
            if isinstance(again, int) or again[0] is not code or again[1] != national:
                return self._settle(value)
        return self._grade(code.region_of(national)), value, False

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
        return _strip(Code.of(self.home.code), self.home, digits) if found is None else found

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
            return _strip_abroad(Code.of(home.code), rest)
        return None

    def _settle(self, value: str) -> Number:
        """Return what is said of a number in E.164 that reads as another one.

        Source: `kinds.phones`, `_settle_spelling`.
        """
        for _ in range(_MOST):
            found = self._parse(value)
            if isinstance(found, int):
                break
            code, national = found
            if code.main.possible(national):
                break
            again = f"+{code.digits}{national}"
            if again == value:
                status, text, _ = self.read(value)
                return status, text, True
            value = again
        return REFUSED["P101"], "", True


@cache
def code_of(begin: str) -> Code | None:
    """Return the calling code that digits begin with, or None. Source: phonenumbers, `_extract_country_code`."""
    for digits in range(1, min(len(begin), _LONGEST_CODE) + 1):
        code = begin[:digits]
        if code[0] != "0" and phonenumbers.region_codes_for_country_code(int(code)):
            return Code.of(code)
    return None


def _strip_abroad(code: Code, national: str) -> tuple[Code, str] | int:
    return _strip(code, code.main, national)


def _strip(code: Code, plan: Plan, national: str) -> tuple[Code, str] | int:
    """Return a number without national prefix, if what is left is long enough, or one of `REFUSED`."""
    if len(national) < _FEWEST:
        return _TOO_SHORT
    if plan.prefix is not None and plan.prefix.match(national):
        rest = plan.strip(national)
        if plan.possible(rest) in (_POSSIBLE, _TOO_LONG):
            national = rest
        if len(national) < _FEWEST:
            return _TOO_SHORT
    return _TOO_LONG if len(national) > _MOST else (code, national)


def descriptions_of(metadata: PhoneMetadata) -> Iterator[PhoneNumberDesc]:
    """Yield the types of numbers that a region has.

    Source: phonenumbers, `_number_type_helper`.
    """
    for description in (
        metadata.mobile,
        metadata.fixed_line,
        metadata.toll_free,
        metadata.premium_rate,
        metadata.shared_cost,
        metadata.voip,
        metadata.personal_number,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    ):
        if description is not None and description.national_number_pattern:
            yield description


def _patterns(descriptions: Iterable[PhoneNumberDesc], digits: int) -> Iterator[str]:
    """Yield the patterns of descriptions that may match so many digits."""
    for description in descriptions:
        if not description.possible_length or digits in description.possible_length:
            yield description.national_number_pattern or ""


def _beginnings(pattern: str) -> frozenset[str]:
    """Return the first two digits of all that a pattern may match and what may stand behind it; none for no pattern."""
    if not pattern:
        return frozenset()
    try:
        borders = spans_of([without_groups(pattern)], 2, Meant.BEGINNING).tolist()
    except ValueError:
        return frozenset(_PAIRS)
    return frozenset(pair for begin, end in zip(borders[::2], borders[1::2], strict=True) for pair in _PAIRS[begin:end])


def without_groups(pattern: str) -> str:
    """Return a pattern of a prefix without captures and without its end: it matches at least what the pattern does."""
    return pattern.replace("(?:", "(").replace("(", "(?:").replace("$", "")


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
    main = Code.of(home.code).main
    at_home = min(_fewest(home), _fewest(main)) - max(_added(home), _added(main))
    without = max(_FEWEST, min(at_home, _fewest_of_exit(home) + with_plus))
    return min(with_plus, without), without


def _fewest(plan: Plan) -> int:
    return min((*plan.lengths, *plan.local_lengths))


def _added(plan: Plan) -> int:
    """Return how many digits more a number may have than was written, as what replaces a national prefix is longer."""
    return len(re.findall(r"(?<!\\)\d", plan.rewrite or ""))


def _fewest_of_exit(plan: Plan) -> int:
    if plan.exit is None:
        return _LONGEST
    try:
        return next(digits for digits in range(_MOST) if spans_of([plan.exit.pattern], digits).size)
    except ValueError:
        return 1
