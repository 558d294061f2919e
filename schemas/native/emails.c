/* The lane of e-mail addresses: printable ASCII and some letters beyond it, as the judge in schemas/kinds/emails.py
 * reads them. */

#include "cells.h"
#include "marks.h"
#include "misplaced.h"

/* What a byte may be; the table comes from Python. */
enum {
    ATOM = 1,      /* of what stands before the @, but a dot */
    HOST = 2,      /* of a label behind it */
    CAPITAL = 4,   /* an ASCII letter that is large */
    OPENING = 8,   /* taken from the beginning of a refused text */
    CLOSING = 16,  /* taken from its end */
    BESIDE = 32,   /* taken from both where a name or a remark stands beside the address */
    BETWEEN = 64,  /* between two addresses */
    WORD = 128,    /* of a label of a website */
    SCHEME = 256,  /* of what stands before the colon of a website */
    BEYOND = 512   /* a letter or sign beyond ASCII; not in the table */
};

/* What is said of a cell: that what cannot be seen was taken out, other repairs in their order, two bits each, and the
 * rule that refuses it. */
enum { SPELLED = SAID_OWN, CLEANED = SAID_OWN << 1, REPAIRS = SAID_OWN << 2, REFUSAL = SAID_OWN << 8 };

enum { NO_REPAIR, PUNCTUATION, NAME, PREFIX };

enum { NO_SIGN = 1, BAD_DOMAIN = 2, BAD_LOCAL = 3, SPECIAL_USE = 4, TOO_LONG = 5, SEVERAL = 6, WEBSITE = 8, PHONE = 9 };

/* letters: what each byte may be.
 * small: for each of the first 0x10000 characters its small form, if it is a letter that IDNA takes in that form
 *     wherever it stands; SIGN, UNSEEN or, if nothing is known of it, UNKNOWN.
 * marks: what stands between the digits of a phone number. */
typedef struct {
    const uint16_t *letters, *small;
    const uint8_t *marks;
    Words placeholders, roles, reserved, prefixes;
    bool ends_reserved[256];
    int64_t longest_cell, longest_address, longest_host, longest_label, most_repairs;
} Rules;

/* A character that nothing is known of, one that may stand before the @, and one that cannot be seen, to be removed. */
enum { UNKNOWN, SIGN, UNSEEN };

typedef struct {
    const uint8_t *begin, *end;
} Text;

static bool is_same(const uint8_t *begin, const uint8_t *other, int64_t size)
{
    for (int64_t at = 0; at < size; at++)
        if (lower(begin[at]) != lower(other[at]))
            return false;
    return true;
}

static bool holds(Text text, int byte)
{
    return text.begin < text.end && memchr(text.begin, byte, (size_t)(text.end - text.begin));
}

/* Returns the character of two or three bytes with which a text begins, and sets how many; 0 for another. */
static inline unsigned beyond_ascii(const uint8_t *byte, const uint8_t *end, int *size)
{
    *size = *byte < 0xE0 ? 2 : 3;
    if (*byte < 0xC2 || *byte > 0xEF || end - byte < *size)
        return 0;
    if (*size == 2)
        return (*byte & 0x1Fu) << 6 | (byte[1] & 0x3Fu);
    return (*byte & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
}

/* Returns the first character that is not of a class, and adds to `seen` what those before it are. */
static inline const uint8_t *pass_by(const uint8_t *byte, const uint8_t *end, unsigned class, const Rules *rules,
                                     unsigned *seen)
{
    unsigned found = 0;
    for (;;) {
        while (byte < end && rules->letters[*byte] & class)
            found |= rules->letters[*byte++];
        if (byte == end || *byte < 0x80 || !(class & (ATOM | HOST | WORD)))
            break;
        int size;
        unsigned letter = beyond_ascii(byte, end, &size), form = rules->small[letter];
        if (form == UNKNOWN || form == UNSEEN || (form == SIGN && class != ATOM))
            break;
        found |= form == SIGN || form == letter ? BEYOND : BEYOND | CAPITAL;
        byte += size;
    }
    *seen |= found;
    return byte;
}

/* Returns the @ behind atoms with dots between them with which a text begins, or NULL. */
static inline const uint8_t *find_sign(Text text, const Rules *rules, unsigned *seen)
{
    for (const uint8_t *atom = text.begin;;) {
        const uint8_t *byte = pass_by(atom, text.end, ATOM, rules, seen);
        if (byte == atom || byte == text.end)
            return NULL;
        if (*byte == '@')
            return byte;
        if (*byte != '.')
            return NULL;
        atom = byte + 1;
    }
}

/* Returns how many labels a host name has, 0 if one is none. A label with hyphens at 3 and 4 is none here. */
static inline int64_t count_labels(Text host, const Rules *rules, unsigned *seen)
{
    int64_t labels = 1;
    for (const uint8_t *label = host.begin;; labels++) {
        const uint8_t *byte = pass_by(label, host.end, HOST, rules, seen);
        int64_t size = byte - label;
        if (size == 0 || size > rules->longest_label || *label == '-' || byte[-1] == '-')
            return 0;
        if (size > 3 && label[2] == '-' && label[3] == '-')
            return 0;
        if (byte == host.end)
            return labels;
        if (*byte != '.')
            return 0;
        label = byte + 1;
    }
}

/* Whether a name of good labels, some with letters beyond ASCII, is certain to be a host's and at most two labels long.
 *
 * In Punycode a label is longer by five letters, and by eight for each byte that it has more than characters. */
static bool is_wide_host(Text host, const Rules *rules)
{
    enum { PREFIXED = 5, GROWN = 8 };
    int64_t total = 0, size = PREFIXED;
    bool ends_in_ascii = true;
    for (const uint8_t *byte = host.begin; byte < host.end; byte++) {
        if (*byte == '.') {
            total += size + 1;
            size = PREFIXED;
            ends_in_ascii = true;
            continue;
        }
        if (*byte == '-' && byte[1] == '-')
            return false;
        ends_in_ascii &= *byte < 0x80;
        size += (*byte & 0xC0) == 0x80 ? GROWN : 1;
        if (size > rules->longest_label)
            return false;
    }
    return ends_in_ascii && total + size <= 2 * rules->longest_label;
}

/* Whether the letters of Punycode's prefix stand somewhere in a text: then the library is asked. */
static bool holds_punycode(Text text)
{
    const uint8_t *byte = text.begin;
    /* Few texts have a hyphen at all. */
    for (; byte < text.end && (byte = memchr(byte, '-', (size_t)(text.end - byte))) != NULL; byte++)
        if (byte - text.begin >= 2 && text.end - byte >= 2 && is_same(byte - 2, (const uint8_t *)"xn--", 4))
            return true;
    return false;
}

/* Whether a name with such an end is one of special use or below one. */
static bool is_among_reserved(Text host, const Rules *rules)
{
    const Texts *names = &rules->reserved.texts;
    for (int64_t at = 0; at < names->count; at++) {
        int64_t size = names->borders[at + 1] - names->borders[at], more = host.end - host.begin - size;
        if (more >= 0 && (more == 0 || host.begin[more - 1] == '.') &&
            is_same(host.begin + more, names->data + names->borders[at], size))
            return true;
    }
    return false;
}

/* Whether a name that is not empty is one of special use or below one. */
static inline bool is_reserved(Text host, const Rules *rules)
{
    return rules->ends_reserved[lower(host.end[-1])] && is_among_reserved(host, rules);
}

/* Whether both sides of the @ together are short enough. */
static inline bool fits(int64_t local, int64_t domain, const Rules *rules)
{
    return local + domain < rules->longest_address;
}

/* Whether the library is certain to accept a text; then, from where on capitals mean nothing, if there are any. */
static inline bool is_address(Text text, const Rules *rules, const uint8_t **small_from)
{
    unsigned local = 0, domain = 0;
    const uint8_t *sign = find_sign(text, rules, &local);
    if (!sign)
        return false;
    Text host = {sign + 1, text.end};
    if (host.end - host.begin > rules->longest_host || !fits(sign - text.begin, host.end - host.begin, rules) ||
        count_labels(host, rules, &domain) < 2)
        return false;
    uint8_t last = lower(host.end[-1]);
    if (last < 'a' || last > 'z' || is_reserved(host, rules))
        return false;
    if (domain & BEYOND && !(is_wide_host(host, rules) && fits(sign - text.begin, 2 * rules->longest_label, rules)))
        return false;
    bool is_role = local & CAPITAL && is_among(text.begin, sign, &rules->roles);
    *small_from = is_role ? text.begin : domain & CAPITAL ? sign : NULL;
    return true;
}

/* Whether a text is an address as most are: nothing of it changes, and the library is certain to accept it. It has few
 * bytes and no capitals, and no mark stands beside another one.
 *
 * begin: where it begins, as a position in the data of the marks. */
static inline bool is_usual(Marks *marks, int64_t begin, int64_t size, const Rules *rules)
{
    if (size < 1 || size > MOST_BITS || size > rules->longest_label || !fits(size, 0, rules))
        return false;
    const uint64_t bits = marks_of(marks, begin, size);
    if (!are_inside_and_apart(bits, size))
        return false;
    const Text text = {marks->data + begin, marks->data + begin + size};
    uint64_t signs = 0, dots = 0;
    for (uint64_t left = bits; left; left &= left - 1) {
        const int64_t place = place_of_lowest(left);
        const uint8_t byte = text.begin[place];
        signs |= (uint64_t)(byte == '@') << place;
        dots |= (uint64_t)(byte == '.') << place;
        if (byte != '@' && byte != '.') {
            unsigned kinds = rules->letters[byte];
            if (!(kinds & (signs ? HOST : ATOM)) || kinds & CAPITAL)
                return false;
        }
    }
    if (!signs || signs & (signs - 1) || dots < signs || !is_letter(text.end[-1]))
        return false;
    const Text host = {text.begin + place_of_lowest(signs) + 1, text.end};
    return !is_reserved(host, rules) && !is_among(text.begin, text.end, &rules->placeholders);
}

static Text strip(Text text)
{
    while (text.begin < text.end && *text.begin == ' ')
        text.begin++;
    while (text.begin < text.end && text.end[-1] == ' ')
        text.end--;
    return text;
}

/* Writes a text of printable ASCII and known characters without those that cannot be seen, in as many bytes at most,
 * and returns what is written; the text itself where all can be seen, nothing where a character is not known. */
static Text clean(Text text, const Rules *rules, uint8_t *out)
{
    const uint8_t *const start = out;
    int size = 1;
    for (const uint8_t *byte = text.begin; byte < text.end; byte += size) {
        size = 1;
        if (*byte < 0x80) {
            if (*byte < 0x20 || *byte > 0x7E)
                return (Text){NULL, NULL};
            *out++ = *byte;
            continue;
        }
        unsigned form = rules->small[beyond_ascii(byte, text.end, &size)];
        if (form == UNKNOWN)
            return (Text){NULL, NULL};
        if (form != UNSEEN)
            out = put(out, byte, byte + size);
    }
    return out - start == text.end - text.begin ? text : strip((Text){start, out});
}

static bool is_ascii(Text text)
{
    uint8_t all = 0;
    for (const uint8_t *byte = text.begin; byte < text.end; byte++)
        all |= *byte;
    return all < 0x80;
}

/* Writes the letters of a text small, and returns whether one was not. */
static bool write_small(uint8_t *byte, uint8_t *end, const Rules *rules)
{
    bool differs = false;
    for (int size = 1; byte < end; byte += size) {
        size = 1;
        if (*byte < 0x80) {
            differs |= *byte != lower(*byte);
            *byte = lower(*byte);
            continue;
        }
        unsigned letter = beyond_ascii(byte, end, &size), form = rules->small[letter];
        if (form == letter || form == SIGN)
            continue;
        /* A letter that has a small form has two bytes, and so has that. */
        byte[0] = (uint8_t)(0xC0 | form >> 6);
        byte[1] = (uint8_t)(0x80 | (form & 0x3F));
        differs = true;
    }
    return differs;
}

static Text strip_punctuation(Text text, const Rules *rules)
{
    const uint16_t *letters = rules->letters;
    Text rest = {text.begin + (text.begin < text.end), text.end};
    unsigned opening = OPENING, closing = CLOSING;
    if (holds(rest, '<') || holds(rest, '('))
        opening = closing = BESIDE;
    bool apostrophe = opening == BESIDE;
    for (; text.begin < text.end && letters[text.end[-1]] & closing; text.end--)
        apostrophe |= text.end[-1] == '\'';
    while (text.begin < text.end && letters[*text.begin] & opening && (*text.begin != '\'' || apostrophe))
        text.begin++;
    return text;
}

/* Returns the address of a name and an address in angle brackets, or the text; nothing where case beyond ASCII
 * matters. */
static Text strip_name(Text text)
{
    if (text.begin == text.end || text.end[-1] != '>')
        return text;
    const uint8_t *opening = memchr(text.begin, '<', (size_t)(text.end - text.begin));
    if (!opening)
        return text;
    Text name = strip((Text){text.begin, opening}), address = strip((Text){opening + 1, text.end - 1});
    if (name.begin == name.end || address.begin == address.end || holds(name, '>') || holds(address, '<') ||
        holds(address, '>') || holds(address, ' '))
        return text;
    while (name.begin < name.end && (*name.begin == ' ' || *name.begin == '"' || *name.begin == '\''))
        name.begin++;
    while (name.begin < name.end && (name.end[-1] == ' ' || name.end[-1] == '"' || name.end[-1] == '\''))
        name.end--;
    int64_t size = name.end - name.begin;
    bool is_twice = size == address.end - address.begin && is_same(name.begin, address.begin, size);
    if (is_twice || !holds(name, '@'))
        return address;
    return is_ascii(text) ? text : (Text){NULL, NULL};
}

/* Returns the address of an address and a remark in brackets, or the text. */
static Text strip_remark(Text text)
{
    if (text.begin == text.end || text.end[-1] != ')')
        return text;
    const uint8_t *opening = memchr(text.begin, '(', (size_t)(text.end - text.begin));
    if (!opening)
        return text;
    Text address = strip((Text){text.begin, opening}), remark = {opening + 1, text.end - 1};
    if (holds(remark, '(') || holds(remark, ')') || holds(remark, '@') || holds(address, ')') || holds(address, ' '))
        return text;
    return address.end - address.begin > 2 && holds((Text){address.begin + 1, address.end - 1}, '@') ? address : text;
}

/* Returns what stands behind a prefix, or the text; nothing where a percent sign is to be read. */
static Text strip_prefix(Text text, const Rules *rules)
{
    if (text.begin == text.end || !rules->prefixes.begins[*text.begin])
        return text;
    const uint8_t *colon = memchr(text.begin, ':', (size_t)(text.end - text.begin));
    if (!colon)
        return text;
    Text prefix = strip((Text){text.begin, colon}), address = strip((Text){colon + 1, text.end});
    if (!is_among(prefix.begin, prefix.end, &rules->prefixes))
        return text;
    /* Only of the first prefix the rest is part of a URL. */
    const Texts *names = &rules->prefixes.texts;
    int64_t size = names->borders[1] - names->borders[0];
    if (prefix.end - prefix.begin != size || !is_same(prefix.begin, names->data + names->borders[0], size))
        return address;
    const uint8_t *query =
        address.begin < address.end ? memchr(address.begin, '?', (size_t)(address.end - address.begin)) : NULL;
    if (query)
        address = strip((Text){address.begin, query});
    return holds(address, '%') ? (Text){NULL, NULL} : address;
}

/* Makes the first repair that alters a text, and returns which. */
static int repair(Text *text, const Rules *rules)
{
    const Text before = *text;
    const Text repaired[] = {
        [PUNCTUATION] = strip(strip_punctuation(before, rules)),
        [NAME] = strip_name(before),
        [PREFIX] = strip_prefix(before, rules),
    };
    for (int which = PUNCTUATION; which <= PREFIX; which++) {
        *text = repaired[which];
        if (which == NAME && text->end - text->begin == before.end - before.begin)
            *text = strip_remark(before);
        if (text->end - text->begin != before.end - before.begin)
            return which;
    }
    return NO_REPAIR;
}

/* Whether there are two words or more with one @ each, inside. */
static bool holds_several(Text text, const Rules *rules)
{
    int64_t addresses = 0;
    for (const uint8_t *word = text.begin; word < text.end;) {
        int64_t signs = 0;
        const uint8_t *byte = word;
        for (; byte < text.end && !(rules->letters[*byte] & BETWEEN); byte++)
            signs += *byte == '@';
        addresses += signs == 1 && *word != '@' && byte[-1] != '@';
        word = byte + 1;
    }
    return addresses > 1;
}

static bool is_website(Text text, const Rules *rules)
{
    unsigned seen = 0;
    const uint8_t *byte = text.begin;
    if (byte < text.end && is_letter(*byte)) {
        byte = pass_by(byte, text.end, SCHEME, rules, &seen);
        if (text.end - byte >= 3 && memcmp(byte, "://", 3) == 0)
            return true;
    }
    if (text.end - text.begin >= 4 && is_same(text.begin, (const uint8_t *)"www.", 4))
        byte = text.begin;
    else {
        int64_t labels = 0;
        for (byte = text.begin;; byte++, labels++) {
            const uint8_t *label = byte;
            byte = pass_by(byte, text.end, WORD, rules, &seen);
            if (byte == label || byte == text.end)
                return false;
            if (*byte != '.')
                break;
        }
        if (*byte != '/' || labels == 0)
            return false;
    }
    return !holds((Text){byte, text.end}, ' ') && !holds((Text){byte, text.end}, '@');
}

/* Whether a domain that no address has is a name of special use, or below one and fine but for that. */
static bool is_special_use(Text domain, const Rules *rules)
{
    const uint8_t *last = domain.end;
    while (last > domain.begin && last[-1] != '.')
        last--;
    if (last == domain.end || !is_among(last, domain.end, &rules->reserved))
        return false;
    if (last - domain.begin <= 1)
        return true;
    Text rest = {domain.begin, last - 1};
    int64_t size = rest.end - rest.begin + (int64_t)strlen(".com");
    unsigned seen = 0;
    return size <= rules->longest_host && fits(1, size, rules) && count_labels(rest, rules, &seen) > 0 &&
           (!(seen & BEYOND) || is_wide_host(domain, rules));
}

/* Returns the rule that refuses a text, 0 where that is not certain. */
static int explain(Text text, const Rules *rules)
{
    if (holds_several(text, rules))
        return SEVERAL;
    if (is_website(text, rules))
        return WEBSITE;
    if (!holds(text, '@'))
        return is_phone(text.begin, text.end, rules->marks) ? PHONE : NO_SIGN;
    if (text.end - text.begin > rules->longest_address)
        return TOO_LONG;
    unsigned seen = 0;
    const uint8_t *sign = find_sign(text, rules, &seen);
    if (!sign || !fits(sign - text.begin, (int64_t)strlen("a.com"), rules))
        return BAD_LOCAL;
    Text domain = {sign + 1, text.end};
    if (is_special_use(domain, rules))
        return SPECIAL_USE;
    return is_ascii(domain) ? BAD_DOMAIN : 0;
}

/* Says what is certain of a text without white space at its ends, and leaves in it the part that is the address; then
 * also from where on this is to be written small, or NULL.
 *
 * held: how many bytes its cell has, blanks included.
 * room: as many bytes, in which the address may then be. */
static int64_t judge_email(Text *text, int64_t held, const Rules *rules, uint8_t *room, const uint8_t **small_from)
{
    const Text trimmed = *text;
    int64_t said = 0, unit = REPAIRS;
    for (int64_t made = 0;; made++) {
        if (is_address(*text, rules, small_from))
            return said;
        if (made == 0) {
            if (held > rules->longest_cell)
                return SAID_NOTHING;
            *text = clean(trimmed, rules, room);
            if (!text->begin)
                return SAID_NOTHING;
            if (text->begin == text->end)
                return SAID_BLANK;
            if (is_among(text->begin, text->end, &rules->placeholders))
                return SAID_PLACEHOLDER;
            if (text->end - text->begin < trimmed.end - trimmed.begin) {
                said = CLEANED;
                continue;
            }
        }
        if (made == rules->most_repairs || holds_punycode(*text))
            return SAID_NOTHING;
        int which = repair(text, rules);
        if (which == NO_REPAIR) {
            int rule = explain(text->begin == text->end ? trimmed : *text, rules);
            return rule ? rule * REFUSAL : SAID_NOTHING;
        }
        if (!text->begin)
            return SAID_NOTHING;
        bool is_told = false;
        for (int64_t before = REPAIRS; before < unit; before *= 4)
            is_told |= said / before % 4 == which;
        if (!is_told) {
            said += which * unit;
            unit *= 4;
        }
    }
}

/* Whether a cell of which this is said has a value that is written. */
static inline bool has_value(int64_t saying)
{
    return saying < REFUSAL && saying != SAID_BLANK && saying != SAID_PLACEHOLDER;
}

/* Says of n cells what is certain of them as e-mail addresses, and writes their values, one behind the other.
 *
 * letters, small, marks: 256 and 0x10000 numbers of 16 bits and 256 bytes, see `Rules`.
 * roles, reserved, prefixes: words, see `Rules`; of the prefixes the first is a URL's.
 * longest_cell, longest_address, longest_host, longest_label: bytes.
 * most_repairs: how often a text is repaired.
 * said: n, what is said of each.
 * out, out_borders: the values, as many bytes as the cells have, and n + 1 borders; of an undecided cell its own text.
 *
 * Returns whether a value is another than its cell; otherwise only the borders are written. */
KERNEL int64_t judge_emails(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *placeholders,
                            const int64_t *placeholder_borders, int64_t placeholder_count, const uint16_t *letters,
                            const uint16_t *small, const uint8_t *marks, const uint8_t *roles,
                            const int64_t *role_borders, int64_t role_count, const uint8_t *reserved,
                            const int64_t *reserved_borders, int64_t reserved_count, const uint8_t *prefixes,
                            const int64_t *prefix_borders, int64_t prefix_count, int64_t longest_cell,
                            int64_t longest_address, int64_t longest_host, int64_t longest_label,
                            int64_t most_repairs, uint16_t *said, uint8_t *out, int64_t *out_borders)
{
    Rules rules = {.letters = letters,
                   .small = small,
                   .marks = marks,
                   .longest_cell = longest_cell,
                   .longest_address = longest_address,
                   .longest_host = longest_host,
                   .longest_label = longest_label,
                   .most_repairs = most_repairs};
    index_words(&rules.placeholders, placeholders, placeholder_borders, placeholder_count);
    index_words(&rules.roles, roles, role_borders, role_count);
    index_words(&rules.reserved, reserved, reserved_borders, reserved_count);
    index_words(&rules.prefixes, prefixes, prefix_borders, prefix_count);
    for (int64_t at = 0; at < reserved_count; at++)
        rules.ends_reserved[reserved[reserved_borders[at + 1] - 1]] = true;
    Marks strange;
    begin_marks(&strange, data, borders[count]);
    Values values = {.kept = data + borders[0], .out = out, .next = out};
    out_borders[0] = 0;
    for (int64_t at = 0; at < count; at++) {
        const Text cell = {data + borders[at], data + borders[at + 1]};
        int64_t saying = 0;
        if (!is_usual(&strange, borders[at], borders[at + 1] - borders[at], &rules)) {
            Text text = cell;
            saying = look_at(&text.begin, &text.end, &rules.placeholders);
            const uint8_t *small_from = NULL;
            if (saying == OPEN) {
                const bool is_padded = text.end - text.begin < cell.end - cell.begin;
                /* Where its value goes, if it has another. */
                uint8_t *const room = out + size_of_values(&values, cell.begin);
                saying = judge_email(&text, cell.end - cell.begin, &rules, room, &small_from);
                saying |= is_padded && has_value(saying) ? SAID_PADDED : 0;
            }
            if (saying != SAID_NOTHING && (saying != 0 || small_from)) {
                uint8_t *value = begin_value(&values, cell.begin, cell.end);
                if (has_value(saying)) {
                    int64_t size = text.end - text.begin, kept = small_from ? small_from - text.begin : size;
                    memmove(value, text.begin, (size_t)size);
                    saying |= write_small(value + kept, value + size, &rules) ? SPELLED : 0;
                    values.next = value + size;
                }
            }
        }
        said[at] = (uint16_t)saying;
        out_borders[at + 1] = size_of_values(&values, cell.end);
    }
    return end_values(&values, data + borders[count]);
}
