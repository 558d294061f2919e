"""What the made contact files are made of: words, and the ways in which people spell an address or a number.

A spelling is a %-template with its weight. The templates of one table take the same values in the same order; `%.0s`
passes over one that is not shown.
"""

from __future__ import annotations

Spellings = tuple[tuple[float, str], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "Ann Robert Maria John Linda James Patricia Michael Barbara William Elizabeth David Jennifer Richard Susan "
    "Joseph Jessica Thomas Sarah Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Margaret Paul Sandra "
    "Steven Ashley Andrew Kimberly Kenneth Emily Joshua Donna Kevin Michelle Brian Carol George Amanda Edward "
    "Melissa Ronald Deborah Timothy Stephanie Jason Rebecca Jeffrey Laura Ryan Sharon Jacob Cynthia Gary Amy "
    "Nicholas Angela Omar Wei Priya José María Zoë André Jürgen Søren Łukasz Chloé Björn Inês Nuñez"
)
LAST = _words(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzales Wilson "
    "Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis "
    "Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera "
    "Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart "
    "Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim "
    "Cox Ward Richardson Watson O'Neil García Müller Kowalska Ng Özdemir Lindström Dvořák Sørensen"
)
RARE_LAST = ("Smith, Jr.", 'O"Brien', "Davis, PhD", 'Robert "Bob" King', "van der Berg", "de la Cruz")

TITLES = (
    *("", "", "", "Manager", "Director", "Design Engineer", "Account Executive", "Chief Financial Officer", "Owner"),
    *("Director of Sales", "VP Marketing", "Head of Operations", "Software Engineer", "Office Manager", "President"),
    *("Human Resources Manager", "Purchasing Agent", "Senior Analyst", "Project Manager", "Consultant", "Founder"),
    *("VP, Sales", "Director, Business Development", 'Head of "Special Projects"', "Chargé d'affaires", "Créatif"),
)
MULTI_LINE_TITLES = ("Director\nof Sales", "Head of Operations,\n2nd floor", 'VP\r\n"Marketing"', "Buyer\n\nParts")

BEFORE = _words(
    "Acme North Blue Summit Pacific Global United First Silver Golden Red River Lake Mountain Prime Bright Clear "
    "Rapid Solid Modern Urban Coastal Central Eastern Western Southern Atlas Apex Vertex Nova Delta Omega Alpha "
    "Sigma Quantum Pioneer Liberty Heritage Evergreen Cedar Maple Oak Pine Stone Iron Steel Copper Crystal "
    "Diamond Falcon Eagle Lion Tiger Phoenix Orion Polar Solar Lunar Stellar Cosmic Terra Aqua Vista Metro "
    "Capital Royal Noble Grand Crown Castle Bridge Harbor Beacon Anchor Compass Horizon Zenith Keystone Milestone"
)
MIDDLE = _words(
    "Data Health Energy Foods Media Design Motors Textile Paper Glass Paint Power Water Waste Air Marine Freight "
    "Travel Hotel Sport Game Music Film Book Print Legal Tax Audit Credit Trust Fund Land Home Garden Farm Dairy "
    "Meat Grain Wine Beer Coffee Tea Sugar Salt Spice Pharma Dental Optic Vet Care Cloud Net Web Soft Chip Robot "
    "Drone Sensor Laser Cable"
)
AFTER = _words(
    "Labs Group Works Systems Partners Services Supply Trading Holdings Industries Solutions Logistics Consulting "
    "Ventures Studio House Point Line Source Link Way Hub Base Core Edge Peak Field Park Gate Mill Yard Bay Port"
)
ENDINGS: Spellings = (
    (55, "%s"),
    (12, "%s Inc"),
    (8, "%s, Inc."),
    (6, "%s LLC"),
    (5, "%s, LLC"),
    (5, "%s GmbH"),
    (3, "%s & Co."),
    (2, "%s Société"),
    (2, "%s Ltd"),
    (1, 'The "%s" Company'),
    (1, "%s Österreich"),
)
TOP_LEVELS: Spellings = (
    *((70, "%s.com"), (6, "%s.net"), (5, "%s.org"), (4, "%s.io"), (4, "%s.co.uk"), (4, "%s.de")),
    *((3, "%s-online.com"), (2, "mail.%s.com"), (1, "%s.fr"), (1, "%s.com.au")),
)
FREE_MAIL = ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "icloud.com", "web.de", "gmx.net")

# E-mail. Values: local part, domain.
CASED: Spellings = ((1, "upper"), (1, "title"), (1, "domain"))
PADDED: Spellings = ((4, " %s"), (4, "%s "), (2, " %s "), (1, "\t%s"), (1, "%s\u00a0"), (1, "%s\t"))
REPAIRABLE_EMAILS: Spellings = (
    *((3, "%s@%s;"), (2, "%s@%s,"), (2, "mailto:%s@%s"), (2, "<%s@%s>"), (2, "Ann Smith <%s@%s>"), (1, "%s@%s.")),
    *((1, "%s@%s\u200b"), (1, "\ufeff%s@%s"), (1, "%s@%s (work)"), (1, "E-mail: %s@%s"), (1, "'%s@%s'")),
    *((1, "Smith, Ann <%s@%s>"), (1, '"%s@%s"')),
)
BROKEN_EMAILS: Spellings = (
    *((4, "%s.%s"), (3, "%s at %s"), (2, "%s(at)%s"), (3, "%s%.0s"), (1, "%s\uff20%s"), (2, "%s#%s"), (1, "%s[at]%s")),
    *((3, "%s@mail,%s"), (2, "%s@.%s"), (2, "%s@-%s"), (2, "%s@my_%s"), (2, "%s@[192.0.2.7]%.0s"), (1, "%s@www %s")),
    *((2, "%s@company%.0s"), (1, "%s@%s.123"), (2, "%s@ %s"), (2, "%s@x..%s"), (1, "%s@%s com"), (1, "%s@a--.%s")),
    *(
        (3, "%s smith@%s"),
        (2, ".%s@%s"),
        (2, "%s.@%s"),
        (2, "%s..x@%s"),
        (1, '"%s"@%s'),
        (1, "%.0s@%s"),
        (1, "%s[1]@%s"),
    ),
    *((1, "%s:x@%s"), (1, "(%s)x@%s"), (1, "%s\\x@%s"), (1, "a,%s@%s"), (1, "%s\u00b4s smith@%s")),
    *((2, "%s@%s.local"), (1, "%s@%s.test"), (1, "%s@%s.invalid"), (1, "%s@localhost%.0s"), (1, "%s@%s.onion")),
    *((2, "%s@%s; info@acme.com"), (1, "%s@%s, sales@acme.com"), (1, "%s@%s/ann@acme.com"), (1, "%s@%s bob@acme.com")),
    *((2, "%s@@%s"), (1, "%s@x@%s"), (1, "http://www.%s.%s"), (2, "www.%s.%s"), (1, "%s.%s/contact")),
    (0.3, "%s" + "a" * 250 + "@%s"),
)
REPEATED_EMAILS = ("unknown", "no email", "none given", "x", "@", "test", "noemail@", "n/a", "-", "(blank)", "tbd")
ACCENTED_LOCALS: Spellings = ((1, "josé.%s"), (1, "%s.müller"), (1, "zoë%s"), (1, "%s_ñ"), (1, "用户%s"), (1, "%sš"))
ACCENTED_DOMAINS: Spellings = (
    *((3, "bücher-%s"), (2, "café-%s"), (1, "münchen.%s"), (1, "xn--bcher-kva.%s"), (1, "例え.%s"), (1, "Ñandú-%s")),
    *((1, "straße-%s"), (1, "пример.%s")),
)

# Phone. Values: area code, exchange, subscriber, extension.
US_PHONES: Spellings = (
    *((22, "(%03d) %03d-%04d%.0s"), (16, "%03d-%03d-%04d%.0s"), (10, "%03d%03d%04d%.0s"), (8, "%03d.%03d.%04d%.0s")),
    *(
        (6, "+1%03d%03d%04d%.0s"),
        (4, "%03d %03d %04d%.0s"),
        (4, "+1 %03d %03d %04d%.0s"),
        (4, "+1 (%03d) %03d-%04d%.0s"),
    ),
    *(
        (4, "+1-%03d-%03d-%04d%.0s"),
        (4, "1-%03d-%03d-%04d%.0s"),
        (3, "(%03d)%03d-%04d%.0s"),
        (1, "+1.%03d.%03d.%04d%.0s"),
    ),
    *(
        (1.5, "1 (%03d) %03d-%04d%.0s"),
        (1.5, "1%03d%03d%04d%.0s"),
        (1.5, "%03d/%03d-%04d%.0s"),
        (0.3, "%03d/%03d/%04d%.0s"),
    ),
    *(
        (1.5, "%03d) %03d-%04d%.0s"),
        (0.7, "(%03d %03d-%04d%.0s"),
        (1.5, "%03d-%03d-%04d x%d"),
        (0.2, "[%03d] %03d-%04d%.0s"),
    ),
    *((1.5, "(%03d) %03d-%04d ext. %d"), (0.5, "%03d.%03d.%04d ext %d"), (0.5, "%03d\u2013%03d\u2013%04d%.0s")),
    *((0.8, " (%03d) %03d-%04d %.0s"), (0.3, "Tel: (%03d) %03d-%04d%.0s"), (0.4, "(%03d) %03d-%04d (cell)%.0s")),
    *(
        (0.5, "%03d%03d%04d.0%.0s"),
        (0.2, "%03d-%03d-%04d / 202-555-0199%.0s"),
        (0.1, "%03d-%03d-%04d, 202-555-0199%.0s"),
    ),
)
# Values: three digits, four digits.
FOREIGN_PHONES: Spellings = (
    *((9, "+44 20 7%03d %04d"), (3, "+44 (0)20 7%03d %04d"), (4, "+44 791%03d %04d"), (2, "011 44 20 7%03d %04d")),
    *((5, "+49 30 %03d%04d"), (3, "+49 (0)89 %03d%04d"), (3, "+49 171 %03d%04d"), (1, "011 49 30 %03d%04d")),
    *(
        (4, "+33 1 4%03d %04d"),
        (2, "+33 6 1%03d%04d"),
        (3, "+34 91 %03d %04d"),
        (3, "+39 02 %03d%04d"),
        (2, "+31 20 %03d %04d"),
    ),
    *(
        (2, "+41 44 %03d %04d"),
        (1, "+43 1 %03d%04d"),
        (1, "+46 8 %03d%04d"),
        (1, "+47 2%03d%04d"),
        (1, "+45 3%03d%04d"),
    ),
    *(
        (2, "+48 22 %03d %04d"),
        (6, "+91 987%03d%04d"),
        (3, "+86 138 1%03d%04d"),
        (2, "+81 3-5%03d-%04d"),
        (4, "+61 2 9%03d %04d"),
    ),
    *(
        (3, "+55 11 98%03d-%04d"),
        (3, "+52 55 5%03d %04d"),
        (2, "+353 1 %03d %04d"),
        (1, "+972 3-%03d-%04d"),
        (2, "+65 6%03d %04d"),
    ),
    *(
        (1, "+27 11 %03d %04d"),
        (1, "+82 2-2%03d-%04d"),
        (1, "+90 212 %03d %04d"),
        (1, "+7 495 %03d-%04d"),
        (1, "+351 21 %03d %04d"),
    ),
    *(
        (1, "+971 4 %03d %04d"),
        (1, "+64 9 %03d %04d"),
        (8, "+1 416 %03d %04d"),
        (3, "416-%03d-%04d"),
        (1, "+852 2%03d %04d"),
    ),
    *((1, "011 33 1 4%03d %04d"), (1, "+44(0)161 %03d %04d"), (1, "0044 20 7%03d %04d"), (1, "+ 49 30 %03d %04d")),
)
# Values: three digits, four digits. All are refused.
BROKEN_PHONES: Spellings = (
    *(
        (6, "%03d-%04d"),
        (3, "%03d%04d"),
        (4, "202-%03d-%.2s"),
        (3, "202%03d%04d99"),
        (4, "2.%03d%04dE+09"),
        (2, "+999 %03d %04d"),
    ),
    *(
        (3, "49 30 %03d %04d 12"),
        (2, "202-%03d-2O2%04d"),
        (2, "x%03d%.0s"),
        (2, "ext. %03d%.0s"),
        (2, "call %03d%.0s"),
        (2, "#%03d%.0s"),
    ),
    *(
        (2, "+44 20 %03d%.0s"),
        (2, "(%03d) %.0s"),
        (1, "%03d-%.0s"),
        (1, "a%03d.%04d@acme.com"),
        (1, "http://acme.com/%03d%04d"),
    ),
    *(
        (1, "+1 202 %03d %04d 5555 666"),
        (1, "room %03d, floor %.1s"),
        (1, "+61 2 9%03d4 %04d1"),
        (1, "%03d %04d (no area code)"),
    ),
)
REPEATED_PHONES = (
    *("call me", "tbd", "unknown", "ask reception", "see notes", "xxx-xxx-xxxx", "(   )    -", "private", "0", "123"),
    *("N/A", "n/a", "-", "none"),
)

# Website. Value: the domain.
WEBSITES: Spellings = (
    *((30, "https://www.%s"), (20, "http://www.%s"), (14, "www.%s"), (10, "https://%s"), (8, "%s"), (4, "http://%s/")),
    *((5, "https://www.%s/"), (2, "https://www.%s/en/"), (2, "https://www.%s/contact"), (0.6, "http://%s:8080")),
    *(
        (0.3, "https://%s:443/"),
        (0.6, "HTTP://WWW.%s"),
        (0.5, "https://www.%s/?utm_source=list"),
        (0.4, " https://www.%s"),
    ),
    *((0.2, "http://www.%s;"), (0.2, "https://müller.%s"), (0.1, "bücher.%s"), (0.1, "https://xn--bcher-kva.%s")),
)
NORMAL_WEBSITES: Spellings = (
    *((60, "https://www.%s"), (20, "http://www.%s"), (10, "https://%s"), (5, "https://www.%s/"), (5, "http://%s/en/")),
)
BROKEN_WEBSITES: Spellings = (
    *(
        (3, "ftp://%s"),
        (3, "info@%s"),
        (2, "http://me@%s"),
        (2, "www.%s, www.acme.com"),
        (2, "http://my_%s"),
        (2, "www %s"),
    ),
    *((2, "http://www..%s"), (1, "https://-%s"), (1, "http://%s:port"), (1, "mailto:info@%s"), (1, "http://%s.123")),
)
REPEATED_WEBSITES = (
    *("Acme Inc", "http://", "http://192.168.0.1", "http://localhost", "intranet", "coming soon", "under construction"),
    *("javascript:void(0)", "http://intranet/", "www", "https://www.", "see LinkedIn"),
)

AREA_CODES = tuple(
    int(code)
    for code in _words(
        "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 "
        "248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 "
        "315 316 317 318 319 320 321 323 325 330 334 336 337 347 352 360 361 386 401 402 404 405 406 407 408 "
        "409 410 412 413 414 415 417 419 423 425 432 434 435 440 443 469 478 479 480 501 502 503 504 505 507 "
        "508 509 510 512 513 515 516 517 518 520 530 540 541 559 561 562 563 567 570 571 573 574 580 585 586 "
        "601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 "
        "651 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 "
        "732 734 740 754 757 760 763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 "
        "813 814 815 816 817 818 828 830 831 832 843 845 847 850 856 857 858 859 860 863 864 865 901 903 904 "
        "906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 949 951 952 954 "
        "956 970 971 972 973 978 979 980 985 989"
    )
)
"""Some of the area codes of the United States.

Source: North American Numbering Plan Administrator, "NPAs in service".
"""
