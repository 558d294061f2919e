"""Maps a header to a contract: what the sender's mapping says, then names. A likeness is only ever suggested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.contracts import Contract, FieldSpec, fold
from pipeline.errors import UsageError, nearest
from pipeline.mapping.matching import How, match_names
from pipeline.mapping.senders import SenderMapping, Unmapped
from pipeline.mapping.suggesting import Suggestion, suggest

_PHONE_DIGITS = 7
"""A header with so many digits is a phone number, and so a record."""

Sample = Callable[[], Mapping[int, Sequence[str]]]
"""Gives some cells of each column, by position, for a suggestion."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column that answers to a field, or several that are joined.

    Attributes:
        position: 0-based position in the file; of a join its position behind the file's columns.
        column: Its header as in the file; of a join those of its parts, joined by ` + `.
        field: The field.
        how: By which comparison.
        parts: Of a join, the positions of the columns that it is made of.
        separator: Of a join, what comes between two parts.
        takes_first: Whether of several e-mail addresses in a cell the first is taken.
    """

    position: int
    column: str
    field: FieldSpec
    how: How
    parts: tuple[int, ...] = ()
    separator: str = ""
    takes_first: bool = False

    @property
    def name(self) -> str:
        """Its name in `clean.csv`."""
        return self.field.name


@dataclass(frozen=True, slots=True)
class Kept:
    """A column without a field that goes along as it is.

    Attributes:
        position: 0-based position in the file.
        name: Its header as in the file, and its name in `clean.csv`.
    """

    position: int
    name: str


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """A file's c columns against a contract.

    Attributes:
        header: The c column names as in the file.
        mapped: The columns that answer to a field, in the file's order, a join where its first part stands; each field
            at most once, the key among them. Joins have the positions from c on.
        unmapped: The positions of the columns that nothing is done with.
        kept: The columns without a field that go along.
        left_out: The positions of columns that the mapping leaves out.
    """

    header: tuple[str, ...]
    mapped: tuple[Mapped, ...]
    unmapped: tuple[int, ...]
    kept: tuple[Kept, ...] = ()
    left_out: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        width = len(self.header)
        own = [column.position for column in self.mapped if not column.parts]
        alone = [*own, *self.unmapped, *(column.position for column in self.kept), *self.left_out]
        parts = {part for column in self.mapped for part in column.parts}
        if len(set(alone)) != len(alone) or {*alone, *parts} != {*range(width)}:
            raise ValueError("a header map accounts for every column")
        joins = [column.position for column in self.joins]
        if sorted(joins) != [*range(width, width + len(joins))]:
            raise ValueError("joins stand behind the columns of the file")
        if len({*self.columns}) != len(self.columns):
            raise ValueError("a field takes one column, and no two columns have one name")

    @property
    def joins(self) -> tuple[Mapped, ...]:
        """The joins among the mapped columns."""
        return tuple(column for column in self.mapped if column.parts)

    @property
    def outputs(self) -> tuple[Mapped | Kept, ...]:
        """The columns of `clean.csv`, in its order, which is the file's."""
        return tuple(sorted((*self.mapped, *self.kept), key=_place)) if self.kept else self.mapped

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `clean.csv`."""
        return tuple(column.name for column in self.outputs)

    @property
    def fields(self) -> tuple[str, ...]:
        """The field names that the file has, in the file's order."""
        return tuple(column.field.name for column in self.mapped)

    @property
    def names(self) -> tuple[str, ...]:
        """What columns and joins are called in findings and changes, columns first."""
        joins = sorted(self.joins, key=lambda column: column.position)
        return (*self.header, *(column.column for column in joins))


def map_header(
    header: Sequence[str],
    contract: Contract,
    *,
    file: str,
    mapping: SenderMapping | None = None,
    unmapped: Unmapped = "drop",
    sample: Sample | None = None,
) -> HeaderMap:
    """Return which columns answer to which fields.

    What the mapping says comes first: a column that it gives away or leaves out answers to nothing else, and a field
    that it fills takes no other column.

    Args:
        header: The file's c column names.
        contract: The schema.
        file: The file's name, for messages.
        mapping: What is known of the sender.
        unmapped: What becomes of columns that answer to no field.
        sample: Asked for cells where something is missing, to say what may be meant.

    Raises:
        UsageError: Two columns answer to one field, or none to the key or to a field whose column must be there; the
            mapping names a column or a field that there is not; or a column cannot be kept, or shall not be left over.
            The text names the positions (1-based) and the way out.
    """
    given, left_out = _given(header, contract, file, mapping) if mapping is not None else ([], set[int]())
    filled = {column.field.name for column in given}
    used = {column.position for column in given} | left_out
    joined = {part for column in given for part in column.parts}
    names = {
        position: match
        for position, match in match_names(header, contract.fields).items()
        if position not in used and match[0].name not in filled
    }
    _refuse_pairs(header, names, contract, file)
    found = [*given, *(Mapped(position, header[position], field, how) for position, (field, how) in names.items())]
    found.sort(key=_place)
    taken = {column.position for column in found} | joined | left_out
    free = [position for position in range(len(header)) if position not in taken]
    there = {column.field.name for column in found}
    region = mapping.region if mapping is not None else None
    for field in contract.fields:
        if (field.key or field.required) and field.name not in there:
            cells = sample() if sample is not None else {}
            raise UsageError(
                _missing(field, header, suggest(header, free, contract, there, cells, region=region), contract, file)
            )
    if unmapped == "error" and free:
        cells = sample() if sample is not None else {}
        raise UsageError(
            _left_over(header, free, suggest(header, free, contract, there, cells, region=region), contract, file)
        )
    kept = tuple(Kept(position, header[position]) for position in free) if unmapped == "keep" else ()
    _refuse_names(kept, contract, file)
    return HeaderMap(tuple(header), tuple(found), () if kept else tuple(free), kept, tuple(sorted(left_out)))


def _place(column: Mapped | Kept) -> tuple[int, int]:
    """Return where a column stands in `clean.csv`: a join behind its first part."""
    parts = column.parts if isinstance(column, Mapped) else ()
    return min(parts, default=column.position), column.position


def _given(
    header: Sequence[str], contract: Contract, file: str, mapping: SenderMapping
) -> tuple[list[Mapped], set[int]]:
    """Return the columns that a mapping gives to fields, and the positions of those that it leaves out."""
    if mapping.schema is not None and mapping.schema != contract.name:
        raise UsageError(
            f"{mapping.name} maps to {mapping.schema}, not to {contract.name}; say --schema {mapping.schema}, "
            "or use a mapping of that schema"
        )
    fields = {field.name: field for field in contract.fields}

    def field_of(name: str) -> FieldSpec:
        if name not in fields:
            raise UsageError(f"{mapping.name}: {contract.name} has no field {name!r}; {nearest(name, fields, by=fold)}")
        return fields[name]

    def position_of(column: str) -> int:
        return _position(column, header, file, mapping.name)

    found: list[Mapped] = []
    left_out: set[int] = set()
    for column, name in mapping.columns.items():
        if name is None:
            # A column that is not wanted may be missing.
            exact = {place for place, there in enumerate(header) if there == column}
            left_out |= exact or {place for place, there in enumerate(header) if fold(there) == fold(column) != ""}
            continue
        field, position = field_of(name), position_of(column)
        found.append(Mapped(position, header[position], field, "mapping"))
    for name, column in mapping.firsts.items():
        field, position = field_of(name), position_of(column)
        if field.kind != "email":
            raise UsageError(f'{mapping.name}: take = "first" is for e-mail addresses, and {name} holds {field.kind}s')
        found.append(Mapped(position, header[position], field, "mapping", takes_first=True))
    for number, (name, join) in enumerate(mapping.joins.items()):
        parts = tuple(map(position_of, join.columns))
        text = " + ".join(header[part] for part in parts)
        found.append(Mapped(len(header) + number, text, field_of(name), "mapping", parts, join.separator))
    by_position: dict[int, Mapped] = {}
    for one in found:
        other = by_position.setdefault(one.position, one)
        if other is not one:
            raise UsageError(
                f"{mapping.name} gives column {one.position + 1} ({one.column!r}) of {file} to both {other.name} and "
                f"{one.name}; keep one of them"
            )
    return found, left_out - {part for one in found for part in one.parts} - set(by_position)


def _position(column: str, header: Sequence[str], file: str, mapping: str) -> int:
    """Return where a column of the mapping stands: the one of that name, or the only one that folds to it."""
    for same in (lambda name: name == column, lambda name: fold(name) == fold(column) != ""):
        places = [place for place, name in enumerate(header) if same(name)]
        if len(places) == 1:
            return places[0]
        if places:
            raise UsageError(
                f"{mapping}: {file} has several columns {column!r}: {_numbered(places)}; "
                "rename all but one in its header"
            )
    raise UsageError(
        f"{mapping}: {file} has no column {column!r}; {nearest(column, header, by=fold)} "
        "Correct the mapping, or take the line out of it"
    )


def _refuse_pairs(
    header: Sequence[str], names: Mapping[int, tuple[FieldSpec, How]], contract: Contract, file: str
) -> None:
    """Raise where two columns answer to one field."""
    by_field: dict[str, list[int]] = {}
    for position, (field, _) in names.items():
        by_field.setdefault(field.name, []).append(position)
    for name, places in by_field.items():
        if len(places) > 1:
            shown = " and ".join(f"column {place + 1} ({header[place]!r})" for place in places)
            raise UsageError(
                f"{file}: {shown} both answer to the field {name} of {contract.name}; "
                "rename or remove all but one in the header, or say in a mapping (--mapping) which one it is"
            )


def _refuse_names(kept: Sequence[Kept], contract: Contract, file: str) -> None:
    """Raise where a column that shall be kept has no name of its own."""
    seen = {field.name for field in contract.fields}
    for column in kept:
        if not column.name or column.name in seen:
            why = f"bears a name that is taken, {column.name!r}" if column.name else "has no name"
            raise UsageError(
                f"{file}: column {column.position + 1} {why}, and cannot be kept; rename it in the header, or leave it "
                "out with `= false` in a mapping (--mapping)"
            )
        seen.add(column.name)


def _left_over(
    header: Sequence[str], free: Sequence[int], suggested: Sequence[Suggestion], contract: Contract, file: str
) -> str:
    shown = ", ".join(f"{position + 1} ({header[position]!r})" for position in free)
    hints = "".join(f"; {one.text}" for one in suggested)
    return (
        f"{file}: no field of {contract.name} answers to column {shown}{hints}; say in a mapping (--mapping) what they "
        "are, or = false to leave them out"
    )


def _missing(
    field: FieldSpec, header: Sequence[str], suggested: Sequence[Suggestion], contract: Contract, file: str
) -> str:
    what = "the key" if field.key else "a required field"
    near = [one for one in suggested if one.field == field.name]
    hint = (
        f"{near[0].text}: rename it to {field.name}, or map it in a mapping (--mapping)"
        if near
        else f"name one of its columns {field.name}, or say in a mapping (--mapping) which one it is"
    )
    start = f"{file}: no column for {field.name}, {what} of {contract.name}"
    if any("@" in column or sum(map(str.isdigit, column)) >= _PHONE_DIGITS for column in header):
        return f"{start}; its first line looks like a record and not like a header: add a line of column names above it"
    shown = ", ".join(repr(column) for column in header[:12]) + (", …" if len(header) > 12 else "")
    return f"{start}; {hint}, or say with --header-row on which line the header is (taken for it: {shown})"


def _numbered(places: Sequence[int]) -> str:
    return " and ".join(f"column {place + 1}" for place in places)
