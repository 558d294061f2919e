"""Clean contact tables: people, companies and numbers that look real and belong to nobody."""

from __future__ import annotations

from random import Random

# Letters of Windows-1252 alone, and none whose UTF-8 holds a byte that Windows-1252 lacks, so that every table can be
# saved in it and can be garbled by it.
FIRST = (
    *("Ann", "Bob", "Carla", "David", "Emma", "Frank", "Grace", "Henry", "Ivy", "Jack", "Karen", "Liam", "Mona"),
    *("Noah", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tina", "Uma", "Victor", "Wendy", "Yusuf", "Zoë", "José"),
    *("André", "Björn", "Chloé", "Françoise", "Jörg", "Søren", "Núria", "Renée", "Begoña", "Günther"),
)
LAST = (
    *("Smith", "Jones", "O'Brien", "Garcia", "Kowalski", "Nakamura", "Patel", "Fischer", "Dubois", "Rossi", "Novak"),
    *("Andersen", "Silva", "Okafor", "Null", "NA", "Ng", "Lee", "Müller", "Peña", "Lefèvre", "Gonçalves", "Sjöberg"),
    *("Strømberg", "D'Angelo", "van den Berg", "Köhler", "Ibáñez", "McCoy"),
)
FAR_FIRST = ("Łukasz", "Δημήτρης", "Ольга", "美咲", "Ağca", "Žofie", "محمد")
FAR_LAST = ("Wiśniewska", "Παπαδόπουλος", "Иванова", "佐藤", "Şahin", "Dvořák", "حسن")
STEMS = (
    *("Acme", "Globex", "Initech", "Umbrella", "Hooli", "Vandelay", "Stark", "Wonka", "Tyrell", "Soylent"),
    *("Cyberdyne", "Gringotts", "Nordlicht"),
)
FORMS = (", Inc", ", Inc.", " Ltd", " GmbH & Co. KG", ", LLC", " S.A.", "", " AG", ", S.L.", " Pty Ltd", " plc")
CITIES = ("Springfield", "Köln", "São Paulo", "Paris", "Austin, TX", "Washington, D.C.", "Málaga", "Leeds", "Utrecht")
COUNTRIES = ("United States", "Germany", "Brazil", "France", "Spain", "United Kingdom", "Netherlands", "Korea, South")
TITLES = ("CEO", "Head of Sales", "VP, Marketing", "Engineer", "Buyer", "", "Assistant to the CEO", "Owner; founder")
NOTES = (
    "",
    "met at the fair",
    "prefers e-mail",
    "call after 5 pm, not before",
    "asked for a quote; send by Friday",
    "first line\nsecond line",
    "Visit us at:\nHall 4\nBooth 12, left side",
    'said "maybe", then "yes"',
    'wants the 19" rack',
    "do not call",
    "VIP",
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("E-mail", "Email Address", "EMAIL", "E-Mail Address"),
    "first": ("First Name", "Given Name", "first_name"),
    "last": ("Last Name", "Surname", "Family Name"),
    "phone": ("Phone", "Business Phone", "Mobile", "Telephone"),
    "company": ("Company", "Account Name", "Organisation"),
    "website": ("Website", "Web", "Company URL"),
    "city": ("City", "Town"),
    "country": ("Country", "Country or Region"),
    "zip": ("ZIP", "Postal Code"),
    "title": ("Job Title", "Position"),
    "notes": ("Notes", "Comment"),
    "number": ("Customer No", "ID"),
}


class Inventor:
    """Invents tables of one seed.

    Args:
        random: The source of every choice.
        far: Whether names may hold letters beyond Windows-1252.
        lines: Whether cells may hold line breaks.
    """

    def __init__(self, random: Random, *, far: bool, lines: bool) -> None:
        self._random = random
        self._far = far
        self._notes = NOTES if lines else tuple(note for note in NOTES if "\n" not in note)

    def columns(self, width: int) -> list[str]:
        """Return the keys of distinct columns; one of the first two always tells people apart and looks like data.

        Wherever there are two columns or more, there is an e-mail address and a second column without line breaks.
        """
        others = [key for key in COLUMNS if key not in ("email", "notes")]
        self._random.shuffle(others)
        chosen = ["email", *others[: width - 1]]
        if len(chosen) < width:
            chosen.append("notes")
        elif width > 3 and self._random.random() < 0.6:
            chosen[-1] = "notes"
        if width > 1 and self._random.random() < 0.3:
            chosen[0], chosen[1] = chosen[1], chosen[0]
        return chosen

    def header(self, keys: list[str]) -> list[str]:
        """Return a name for each column."""
        return [self._random.choice(COLUMNS[key]) for key in keys]

    def rows(self, keys: list[str], count: int) -> list[list[str]]:
        """Return so many rows, no two alike."""
        return [self._row(keys, number) for number in range(1, count + 1)]

    def _row(self, keys: list[str], number: int) -> list[str]:
        random = self._random
        pick = random.choice
        first, last = pick(FIRST), pick(LAST)
        if self._far and random.random() < 0.2:
            first, last = pick(FAR_FIRST), pick(FAR_LAST)
        stem = pick(STEMS)
        plain = "".join(letter for letter in f"{first}.{last}".lower() if letter.isascii() and letter not in "' ")
        row = {
            "email": f"{plain.strip('.') or 'info'}{number}@{stem.lower()}.example",
            "first": first,
            "last": last,
            "phone": self._phone(number),
            "company": stem + pick(FORMS),
            "website": pick(("www.{}.example", "https://{}.example/", "{}.example")).format(stem.lower()),
            "city": pick(CITIES),
            "country": pick(COUNTRIES),
            "zip": f"{random.randrange(100, 99999):05d}",
            "title": pick(TITLES),
            "notes": pick(self._notes),
            "number": f"{number:06d}",
        }
        return [row[key] for key in keys]

    def _phone(self, number: int) -> str:
        area, line = self._random.randrange(201, 989), f"{number:04d}"
        return self._random.choice(
            (
                f"({area}) 555-{line}",
                f"+1 {area} 555 {line}",
                f"{area}-555-{line} x{number}",
                f"+49 30 23125{line}",
                f"{area}.555.{line}",
                f"020 7946 {line}",
                f"1{area}555{line}",
            )
        )
