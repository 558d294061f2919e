/* The lane of phones: digits are told from punctuation, and tables of number plans tell the rest. */

#include "addresses.h"

enum {
    LONGEST = 250,   /* most bytes of a cell that is read */
    PADDING = 24,    /* zeros behind its digits: whoever looks at some of them looks at 16 */
    LENGTHS = 20,    /* what is said of so many digits is said of all longer numbers */
    SHAPES = 32,     /* more than LENGTHS */
    BLOCKS = 19,     /* most blocks of digits that are looked at */
    LONGEST_BLOCK = 20
};

/* What a byte is; the table comes from Python. */
enum { DIGIT = 1, SLASH = 2, BRACKET = 4, PLUS = 8, STRANGE = 16, FAR = 32 };

/* What two digits begin with that a number of the region begins with. */
enum { LEAVES = 1, STRIPPED = 2, TRUNK = 4 };

/* What a table says of a stretch of numbers beside regions and refusals. */
enum { TRUNK_BEFORE = 0xFE };

/* What is said of a number: the statuses of schemas/lanes/plans.py, and what else refuses a cell. */
enum Status {
    OWN, UNASSIGNED, OTHER, UNREADABLE, TOO_SHORT, TOO_LONG, LOCAL_ONLY, IMPOSSIBLE, UNKNOWN_CODE, ROUNDED, EMAIL, WEBSITE,
    UNSURE = 0xFF
};

/* How it is spelled. */
enum Spelled { AS_IS, FORMATTED, REPAIRED, DECIMAL, WORDED, FIRST };

/* A region's view of the number plans, made by schemas/lanes/phone_tables.py; of the same fields in the same order. */
typedef struct {
    const uint8_t *bytes;             /* 256: what each byte is */
    const uint16_t *codes;            /* 1,000: the calling code that three digits begin with, or 0 */
    const int64_t *const *stretches;  /* SHAPES of each calling code: the table of numbers of so many digits, or NULL */
    const uint8_t *grades_at_home;    /* 256: the status of what a table says of a number of the region's calling code */
    const uint8_t *grades_abroad;     /* 256: the same of others */
    const uint8_t *pairs;             /* 100: what may stand before a number of the region */
    const uint8_t *possible;          /* LENGTHS + 1: not 0 if a number of the region has so many digits */
    const uint8_t *refusals;          /* LENGTHS + 1: the status of so many digits of its calling code, or OWN */
    const uint8_t *exit;              /* the exit code */
    int64_t exit_width;               /* its digits, 0 for none */
    int64_t code;                     /* the region's calling code, 0 for no region */
    int64_t code_width;               /* its digits */
    int64_t fewest_national;          /* fewest digits that the pattern of all its numbers matches */
    int64_t most;                     /* most digits of a number of the region */
    int64_t fewest_signed;            /* fewest digits of a number with a plus */
    int64_t fewest;                   /* and without one */
    int64_t fewest_of_part;           /* fewest digits of a part of a cell that is a number of its own */
    int64_t fewest_of_decimal;        /* fewest digits before a decimal */
    int64_t longest_extension;        /* most digits of an extension */
    Texts extension_labels, labels;   /* what stands before an extension; before a number it may be one of these */
    Texts dashes, blanks;             /* characters beyond ASCII that are read as "-" and as " " */
} Region;

typedef struct {
    const uint8_t *begin, *end;
} Text;

/* A text of digits and punctuation: what its bytes are all in all, and its digits. */
typedef struct {
    const uint8_t *begin, *end;
    unsigned seen;
    int64_t count;
    bool is_signed;  /* it has one plus, before the digits */
    bool is_safe;    /* only digits and the plus tell what number it is */
    uint8_t digits[LONGEST + PADDING];
} Spelling;

/* A number: its calling code, where its national number stands among the digits, and whether a prefix stood before. */
typedef struct {
    int64_t code;
    const uint8_t *national;
    int64_t count;
    bool had_trunk;
} Number;

/* What is said of a cell beside its status. */
typedef struct {
    Number number;
    enum Spelled spelled;
    const uint8_t *extension;
    int64_t extension_count;
} Judged;

/* Who reads, and which table was wanted that is not known yet, or -1. */
typedef struct {
    const Region *region;
    Words extension_labels, labels;
    int64_t wanted;
} Reader;

static inline bool is_accepted(enum Status status)
{
    return status <= OTHER;
}

/* Whether the judge looks for the first of several numbers when it gets this. */
static inline bool is_asked_again(enum Status status)
{
    return status == UNREADABLE || status == TOO_LONG || status == IMPOSSIBLE;
}

static inline int64_t value_of(uint8_t digit)
{
    return digit - '0';
}

static inline int64_t value_of_two(const uint8_t *digits)
{
    return value_of(digits[0]) * 10 + value_of(digits[1]);
}

static inline int64_t value_of_three(const uint8_t *digits)
{
    return value_of_two(digits) * 10 + value_of(digits[2]);
}

/* Eight digits at once: neighbours are joined, first digits to pairs, then pairs to fours, then both fours. */
static inline int64_t value_of_eight(const uint8_t *digits)
{
    uint64_t eight;
    memcpy(&eight, digits, sizeof eight);
    eight -= 0x3030303030303030;
    eight = (eight * 10 + (eight >> 8)) & 0x00FF00FF00FF00FF;
    eight = (eight * 100 + (eight >> 16)) & 0x0000FFFF0000FFFF;
    return (int64_t)((eight * 10000 + (eight >> 32)) & 0x00000000FFFFFFFF);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first of eight digits is read as the lowest byte");

/* Says what is certain of a national number by the table of its calling code and its digits. */
static inline uint8_t look_up(const uint8_t *national, int64_t count, int64_t code, Reader *reader)
{
    if (count < 2)
        return UNSURE;
    int64_t group = code * SHAPES + (count < LENGTHS ? count : LENGTHS);
    const int64_t *table = reader->region->stretches[group];
    if (table == NULL) {
        reader->wanted = group;
        return UNSURE;
    }
    /* Behind the digits are zeros, in the table as well. */
    int64_t number = value_of_eight(national) * 100000000 + value_of_eight(national + 8);
    /* The last stretch that begins at or before it: two or three digits tell about where that is. */
    const int64_t *place = table + 1 + (*table == 2 ? value_of_two(national) : value_of_three(national));
    const int64_t *low = table + place[0];
    for (int64_t others = place[1] - place[0]; others > 0;) {
        int64_t half = (others + 1) / 2;
        low += low[half] >> 8 <= number ? half : 0;
        others -= half;
    }
    return (uint8_t)(*low & 0xFF);
}

/* Returns what is said of a number of the region. */
static enum Status read_at_home(const uint8_t *national, int64_t count, Number *number, Reader *reader)
{
    const Region *region = reader->region;
    number->code = region->code;
    number->national = national;
    number->count = count;
    number->had_trunk = false;
    uint8_t told = look_up(national, count, region->code, reader);
    /* What is left of a number still has a national prefix: it would have to read as itself. */
    return told == TRUNK_BEFORE ? UNSURE : region->grades_at_home[told];
}

/* Returns what is said of digits that begin with a calling code. */
static enum Status read_abroad(const uint8_t *digits, int64_t count, Number *number, Reader *reader)
{
    const Region *region = reader->region;
    if (count <= 3)
        return UNSURE;
    int64_t code = region->codes[value_of_three(digits)];
    if (code == 0)
        return UNKNOWN_CODE;
    int64_t width = code < 10 ? 1 : code < 100 ? 2 : 3;
    digits += width;
    count -= width;
    uint8_t told = look_up(digits, count, code, reader);
    bool has_trunk = told == TRUNK_BEFORE;
    if (has_trunk) {
        digits++;
        count--;
        told = look_up(digits, count, code, reader);
        if (told == TRUNK_BEFORE)
            return UNSURE;
    }
    number->code = code;
    number->national = digits;
    number->count = count;
    number->had_trunk = has_trunk;
    return (code == region->code ? region->grades_at_home : region->grades_abroad)[told];
}

/* Returns what is said of two digits or more, with a plus or without.
 *
 * digits: with zeros behind them. */
static enum Status read_digits(const uint8_t *digits, int64_t count, bool is_signed, Number *number, Reader *reader)
{
    const Region *region = reader->region;
    if (region->code == 0 && !is_signed)
        return UNKNOWN_CODE;
    uint8_t begins = region->pairs[value_of_two(digits)];
    int64_t width = region->code_width;
    int64_t first = width == 1 ? value_of(digits[0]) : width == 2 ? value_of_two(digits) : value_of_three(digits);
    if (is_signed) {
        enum Status status = read_abroad(digits, count, number, reader);
        /* The library tries once more without the plus, for a number with an exit code or the region's code. */
        return status == UNKNOWN_CODE && (begins & LEAVES || first == region->code) ? UNSURE : status;
    }
    if (begins & LEAVES) {
        /* Where a zero follows, that is the beginning of no calling code. */
        width = region->exit_width;
        if (width == 0 || count <= width + 3 || memcmp(digits, region->exit, (size_t)width) != 0 || digits[width] == '0')
            return UNSURE;
        return read_abroad(digits + width, count - width, number, reader);
    }
    if (first == region->code) {
        if (region->pairs[value_of_two(digits + width)] & STRIPPED)
            return UNSURE;
        /* A number that begins with the region's calling code, and is too long with it, is read without it. */
        if (count > region->most)
            return read_at_home(digits + width, count - width, number, reader);
        if (count - width >= region->fewest_national)
            return UNSURE;
    }
    if (begins & TRUNK && region->possible[count - 1 < LENGTHS ? count - 1 : LENGTHS])
        return read_at_home(digits + 1, count - 1, number, reader);
    /* Where the rest would be too short, the national prefix belongs to the number. */
    if (begins & TRUNK && count <= region->most)
        return region->refusals[count] == OWN ? UNSURE : region->refusals[count];
    if (begins & STRIPPED)
        return UNSURE;
    return read_at_home(digits, count, number, reader);
}

/* Reads what a text of at most LONGEST bytes consists of. */
static inline void spell(const uint8_t *begin, const uint8_t *end, Spelling *spelling, const Region *region)
{
    const uint8_t *const bytes = region->bytes;
    uint8_t *digit = spelling->digits;
    unsigned seen = 0;
    for (const uint8_t *byte = begin; byte < end; byte++) {
        unsigned kind = bytes[*byte];
        *digit = *byte;
        digit += kind & DIGIT;
        seen |= kind;
    }
    memset(digit, '0', PADDING);
    int64_t count = digit - spelling->digits;
    bool is_signed = false;
    if (seen & PLUS) {
        const uint8_t *byte = begin;
        while (*byte != '+' && !is_digit(*byte))
            byte++;
        is_signed = *byte == '+' && memchr(byte + 1, '+', (size_t)(end - byte - 1)) == NULL;
    }
    spelling->begin = begin;
    spelling->end = end;
    spelling->seen = seen;
    spelling->count = count;
    spelling->is_signed = is_signed;
    /* Two digits are a number where nothing else stands beside them. */
    spelling->is_safe = !(seen & (STRANGE | FAR)) && (is_signed || !(seen & PLUS)) &&
                        (count > 2 || (count == 2 && end - begin == 2));
}

/* Whether a spelling is nothing but digits and a plus. */
static bool is_compact(const Spelling *spelling)
{
    return spelling->end - spelling->begin == spelling->count + spelling->is_signed;
}

/* Whether a text has other brackets than pairs of round ones, one behind the other. Source: `_is_odd`. */
static bool has_odd_brackets(const Spelling *spelling)
{
    if (!(spelling->seen & BRACKET))
        return false;
    bool is_inside = false;
    for (const uint8_t *byte = spelling->begin; byte < spelling->end; byte++) {
        if (*byte == '[' || *byte == ']' || *byte == (is_inside ? '(' : ')'))
            return true;
        is_inside ^= *byte == '(' || *byte == ')';
    }
    return is_inside;
}

/* Returns what is said of a spelling that is safe; a cell with these digits and so many beside them is not one of two
 * numbers with a slash between them. */
static enum Status read_spelling(const Spelling *spelling, int64_t beside, Number *number, Reader *reader)
{
    if (spelling->seen & SLASH && spelling->count + beside >= 2 * reader->region->fewest_of_part)
        return UNSURE;
    return read_digits(spelling->digits, spelling->count, spelling->is_signed, number, reader);
}

/* The fewest digits of two numbers of which the first is written like this. */
static int64_t fewest_of_two(const Spelling *spelling, const Region *region)
{
    return (spelling->is_signed ? region->fewest_signed : region->fewest) + region->fewest;
}

/* Whether a text is blocks of digits of which none is long enough to be a number.
 *
 * A number that does not stand alone is looked for in all that stands before the first blank, and behind each. The
 * library takes twenty blocks and more for several texts. */
static bool is_blocks(const Spelling *spelling, const Region *region)
{
    const uint8_t *byte = spelling->begin, *end = spelling->end;
    int64_t blocks = 0, most = (*byte == '+' ? region->fewest_signed : region->fewest) - 1;
    byte += *byte == '+';
    for (;; blocks++) {
        const uint8_t *block = byte;
        while (byte < end && is_digit(*byte))
            byte++;
        if (byte == block || byte - block > (most < LONGEST_BLOCK ? most : LONGEST_BLOCK))
            return false;
        if (byte == end)
            return blocks >= 1 && blocks < BLOCKS;
        if (*byte++ != ' ')
            return false;
        byte += byte < end && *byte == ' ';
        most = region->fewest - 1;
    }
}

/* Whether a text cannot hold two numbers, should the reading of the whole have failed so that the judge looks for them.
 *
 * Two need the digits of two; and nothing parts them if there is no punctuation. Source: schemas/kinds/phones.py,
 * `_read_cell`; schemas/kinds/phone_readers.py, `find_first`. */
static bool is_certain(enum Status status, const Spelling *spelling, const Region *region)
{
    return !is_asked_again(status) || is_compact(spelling) || spelling->count < fewest_of_two(spelling, region) ||
           is_blocks(spelling, region);
}

/* Returns where digits, brackets with digits between them, points, hyphens and blanks end with which a text begins. */
static const uint8_t *pass_body(const uint8_t *byte, const uint8_t *end, bool with_slash)
{
    while (byte < end) {
        if (*byte == '(') {
            const uint8_t *inside = byte + 1;
            while (inside < end && is_digit(*inside))
                inside++;
            if (inside == byte + 1 || inside == end || *inside != ')')
                break;
            byte = inside + 1;
        } else if (is_digit(*byte) || *byte == '-' || *byte == '.' || *byte == ' ' || (*byte == '/' && with_slash)) {
            byte++;
        } else {
            break;
        }
    }
    return byte;
}

/* Whether a text is a number as it stands among words or beside another number: two digits or more, the last byte one of
 * them, and before the first nothing but a plus or a bracket. */
static bool is_body(Text text, bool with_slash)
{
    const uint8_t *byte = text.begin, *end = text.end;
    bool is_signed = byte < end && *byte == '+';
    byte += is_signed;
    if (end - byte < 2 || !(is_digit(*byte) || (*byte == '(' && !is_signed)) || !is_digit(end[-1]))
        return false;
    return pass_body(byte, end, with_slash) == end;
}

static const uint8_t *pass_letters(const uint8_t *byte, const uint8_t *end)
{
    while (byte < end && is_letter(*byte))
        byte++;
    return byte;
}

static const uint8_t *pass_digits(const uint8_t *byte, const uint8_t *end)
{
    while (byte < end && is_digit(*byte))
        byte++;
    return byte;
}

static const uint8_t *pass_blanks(const uint8_t *byte, const uint8_t *end)
{
    while (byte < end && *byte == ' ')
        byte++;
    return byte;
}

/* Returns a text without the blanks at its end. */
static Text trim_end(Text text)
{
    while (text.begin < text.end && text.end[-1] == ' ')
        text.end--;
    return text;
}

/* Judges a text of digits and punctuation alone. */
static enum Status judge_marks(Spelling *spelling, Judged *judged, Reader *reader)
{
    const Region *region = reader->region;
    if (!spelling->is_safe)
        return UNSURE;
    const uint8_t *end = spelling->end;
    int64_t marks = end - spelling->begin - spelling->count - spelling->is_signed;
    if (marks == 1 && end[-1] == '0' && spelling->count > region->fewest_of_decimal) {
        int64_t zeros = end[-2] == '.' ? 1 : end[-2] == '0' && end[-3] == '.' ? 2 : 0;
        if (zeros > 0 && spelling->count >= region->fewest_of_decimal + zeros) {
            spelling->count -= zeros;
            judged->spelled = DECIMAL;
            enum Status status = read_spelling(spelling, 0, &judged->number, reader);
            return is_asked_again(status) ? UNSURE : status;
        }
    }
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    if (status == UNSURE || !is_certain(status, spelling, region))
        return UNSURE;
    judged->spelled = has_odd_brackets(spelling)                                            ? REPAIRED
                      : marks == 0 && spelling->is_signed && !judged->number.had_trunk ? AS_IS
                                                                                            : FORMATTED;
    return status;
}

/* Whether a text is a number that a spreadsheet has rounded. Source: `_SCIENTIFIC`. */
static bool is_rounded(Text text)
{
    const uint8_t *byte = text.begin + (*text.begin == '+' || *text.begin == '-'), *end = text.end;
    const uint8_t *digits = byte;
    byte = pass_digits(byte, end);
    if (byte == digits)
        return false;
    if (byte < end && (*byte == '.' || *byte == ',')) {
        digits = ++byte;
        byte = pass_digits(byte, end);
        if (byte == digits)
            return false;
    }
    if (byte == end || lower(*byte) != 'e')
        return false;
    byte++;
    byte += byte < end && (*byte == '+' || *byte == '-');
    return byte < end && pass_digits(byte, end) == end;
}

/* Judges a number with an extension behind it. */
static enum Status judge_extended(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const Region *region = reader->region;
    const uint8_t *digits = text.end;
    while (digits > text.begin && is_digit(digits[-1]))
        digits--;
    if (digits == text.end || text.end - digits > region->longest_extension)
        return UNSURE;
    Text before = trim_end((Text){text.begin, digits});
    if (before.begin < before.end && (before.end[-1] == '.' || before.end[-1] == ':'))
        before.end--;
    Text label = {before.end, before.end};
    while (label.begin > text.begin && is_letter(label.begin[-1]))
        label.begin--;
    if (label.begin == label.end || !is_among(label.begin, label.end, &reader->extension_labels))
        return UNSURE;
    Text body = trim_end((Text){text.begin, label.begin});
    if (body.begin == body.end || !is_digit(body.end[-1]))
        return UNSURE;
    spell(body.begin, body.end, spelling, region);
    if (!spelling->is_safe || spelling->count < 3)
        return UNSURE;
    enum Status status = read_spelling(spelling, text.end - digits, &judged->number, reader);
    if (status == UNSURE || is_asked_again(status))
        return UNSURE;
    bool is_same = is_compact(spelling) && spelling->is_signed && !judged->number.had_trunk && digits - body.end == 2 &&
                   memcmp(body.end, " x", 2) == 0;
    judged->spelled = has_odd_brackets(spelling) ? REPAIRED : is_same ? AS_IS : FORMATTED;
    judged->extension = digits;
    judged->extension_count = text.end - digits;
    return status;
}

/* Returns a text without a word, or some in brackets, at its end that blanks part from it, if it has them. */
static Text without_last_words(Text text)
{
    const uint8_t *end = text.end;
    if (end[-1] == ')') {
        end--;
        while (end - text.begin >= 2 &&
               (is_letter(end[-1]) || (end[-1] == ' ' && is_letter(end[0]) && is_letter(end[-2]))))
            end--;
        if (end[-1] != '(' || end == text.end - 1)
            return text;
        end--;
    } else {
        while (end > text.begin && is_letter(end[-1]))
            end--;
    }
    Text shorter = trim_end((Text){text.begin, end});
    return end == text.end || shorter.end == end ? text : shorter;
}

/* Judges a number with words around it, of which the judge drops all: neither an extension's label nor a word that parts
 * two numbers nor anything else of the number stands among them. Source: schemas/kinds/phones.py, `_drop_words`. */
static enum Status judge_worded(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const Region *region = reader->region;
    const uint8_t *body = pass_letters(text.begin, text.end);
    bool is_labelled = *text.begin == '#' || (body > text.begin && is_among(text.begin, body, &reader->labels));
    if (*text.begin == '#') {
        body++;
    } else if (body > text.begin) {
        body += body < text.end && (*body == '.' || *body == ':');
        body = pass_blanks(body, text.end);
    }
    if (body == text.end)
        return UNSURE;
    Text bare = without_last_words((Text){body, text.end});
    if (!is_body(bare, true))
        return UNSURE;
    spell(bare.begin, bare.end, spelling, region);
    /* With so many digits a cell may hold two numbers. */
    if (!spelling->is_safe || spelling->count >= 2 * region->fewest_of_part)
        return UNSURE;
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    /* Behind a number letters may be dialled, if it is none without them. */
    bool certain = status == LOCAL_ONLY || (is_accepted(status) ? !is_labelled
                   : bare.end == text.end && is_certain(status, spelling, region));
    judged->spelled = WORDED;
    return certain ? status : UNSURE;
}

/* Judges a word and some digits, twice: what stands behind a comma is read as an extension, so the first are the number. */
static enum Status judge_twice(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const uint8_t *end = text.end, *byte = pass_letters(text.begin, end);
    if (byte == text.begin || byte == end || *byte != ' ')
        return UNSURE;
    Text first = {byte + 1, pass_digits(byte + 1, end)};
    byte = first.end;
    if (first.end - first.begin < 3 || first.end - first.begin > 6 || byte == end || *byte != ',')
        return UNSURE;
    byte++;
    byte += byte < end && *byte == ' ';
    const uint8_t *word = byte;
    byte = pass_letters(byte, end);
    if (byte == word || byte == end || *byte != ' ')
        return UNSURE;
    byte++;
    if (end - byte < 1 || end - byte > 6 || pass_digits(byte, end) != end)
        return UNSURE;
    spell(first.begin, first.end, spelling, reader->region);
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    return is_accepted(status) || is_asked_again(status) ? UNSURE : status;
}

/* Judges a number with a letter or two for digits: none is accepted, whatever is left without it. They are too few to be
 * dialled, and neither an exponent's nor an extension's. */
static enum Status judge_mistyped(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const Region *region = reader->region;
    const uint8_t *letters = text.begin;
    while (letters < text.end && !is_letter(*letters))
        letters++;
    const uint8_t *after = pass_letters(letters, text.end);
    if (after == letters || after - letters > 2 || after == text.end || !is_digit(*after))
        return UNSURE;
    for (const uint8_t *letter = letters; letter < after; letter++)
        if (lower(*letter) == 'e' || lower(*letter) == 'x')
            return UNSURE;
    if (!is_body((Text){text.begin, letters}, false) || pass_body(after, text.end, false) != text.end)
        return UNSURE;
    uint8_t bare[LONGEST];
    uint8_t *end = put(bare, text.begin, letters);
    *end++ = ' ';
    end = put(end, after, text.end);
    spell(bare, end, spelling, region);
    if (!spelling->is_safe || spelling->count >= 2 * region->fewest_of_part ||
        spelling->count >= fewest_of_two(spelling, region))
        return UNSURE;
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    return status == UNSURE ? UNSURE : (is_accepted(status) ? UNREADABLE : status);
}

/* Judges a cell with two numbers and a mark between them: the first is taken if both are possible, or the second is a
 * local one. What parts an area code from a number as well stands beside a blank. Source: schemas/kinds/phones.py,
 * `_PART`. */
static enum Status judge_pair(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const Region *region = reader->region;
    const uint8_t *mark = text.begin;
    while (mark < text.end && *mark != ',' && *mark != '|' && *mark != '&' && *mark != '/')
        mark++;
    if (mark == text.end)
        return UNSURE;
    Text first = trim_end((Text){text.begin, mark}), second = {pass_blanks(mark + 1, text.end), text.end};
    if (*mark == '/' && first.end == mark && second.begin == mark + 1)
        return UNSURE;
    if (!is_body(first, false) || !is_body(second, false))
        return UNSURE;
    spell(second.begin, second.end, spelling, region);
    if (!spelling->is_safe || spelling->count < region->fewest_of_part)
        return UNSURE;
    enum Status beside = read_spelling(spelling, 0, &judged->number, reader);
    spell(first.begin, first.end, spelling, region);
    if (!(is_accepted(beside) || beside == LOCAL_ONLY) || !spelling->is_safe || spelling->count < region->fewest_of_part)
        return UNSURE;
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    judged->spelled = FIRST;
    return is_accepted(status) ? status : UNSURE;
}

/* Whether a text holds an "@" or "://". */
static bool has_sign_or_scheme(Text text)
{
    for (const uint8_t *byte = text.begin; byte < text.end; byte++)
        if (*byte == '@' || (*byte == ':' && text.end - byte >= 3 && byte[1] == '/' && byte[2] == '/'))
            return true;
    return false;
}

/* Judges a text of printable ASCII. */
static enum Status judge_plain(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const int64_t count = spelling->count;
    if (!(spelling->seen & STRANGE)) {
        /* No number has fewer than two digits. */
        if (count < 2)
            return UNREADABLE;
        enum Status status = judge_marks(spelling, judged, reader);
        bool may_be_pair = status == UNSURE && count >= 2 * reader->region->fewest_of_part;
        return may_be_pair ? judge_pair(text, spelling, judged, reader) : status;
    }
    /* The judge looks for a rounded number first, then for an address, then for words. */
    if (count >= 2 && is_rounded(text))
        return ROUNDED;
    if (is_web_address(text.begin, text.end))
        return WEBSITE;
    if (is_email_address(text.begin, text.end))
        return EMAIL;
    if (count < 2 || has_sign_or_scheme(text))
        return UNREADABLE;
    enum Status status = judge_extended(text, spelling, judged, reader);
    if (status == UNSURE)
        status = judge_worded(text, spelling, judged, reader);
    if (status == UNSURE)
        status = judge_twice(text, spelling, judged, reader);
    if (status == UNSURE)
        status = judge_mistyped(text, spelling, judged, reader);
    if (status == UNSURE && count >= 2 * reader->region->fewest_of_part)
        status = judge_pair(text, spelling, judged, reader);
    return status;
}

/* Returns how many bytes one of some texts has with which another begins, 0 for none. */
static int64_t pass_one_of(const uint8_t *byte, const uint8_t *end, Texts texts)
{
    for (int64_t at = 0; at < texts.count; at++) {
        int64_t size = texts.borders[at + 1] - texts.borders[at];
        if (end - byte >= size && memcmp(byte, texts.data + texts.borders[at], (size_t)size) == 0)
            return size;
    }
    return 0;
}

/* Judges a number that is written with other dashes or blanks than ASCII's. */
static enum Status judge_folded(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const Region *region = reader->region;
    uint8_t folded[LONGEST];
    int64_t count = 0;
    for (const uint8_t *byte = text.begin; byte < text.end; count++) {
        if (count == LONGEST)
            return UNSURE;
        folded[count] = *byte;
        int64_t size = 1;
        if (*byte >= 0x80) {
            size = pass_one_of(byte, text.end, region->dashes);
            folded[count] = '-';
            if (size == 0) {
                size = pass_one_of(byte, text.end, region->blanks);
                folded[count] = ' ';
            }
            if (size == 0)
                return UNSURE;
        }
        byte += size;
    }
    spell(folded, folded + count, spelling, region);
    if (!spelling->is_safe)
        return UNSURE;
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    if (status == UNSURE ||
        (is_asked_again(status) && spelling->count >= fewest_of_two(spelling, region)))
        return UNSURE;
    judged->spelled = has_odd_brackets(spelling) ? REPAIRED : FORMATTED;
    return status;
}

/* Judges what an open cell holds. */
static enum Status judge_open(Text text, Spelling *spelling, Judged *judged, Reader *reader)
{
    const uint8_t *bytes = reader->region->bytes;
    if (text.end - text.begin > LONGEST) {
        unsigned seen = 0;
        for (const uint8_t *byte = text.begin; byte < text.end; byte++)
            seen |= bytes[*byte];
        return seen & FAR ? UNSURE : TOO_LONG;
    }
    spell(text.begin, text.end, spelling, reader->region);
    return spelling->seen & FAR ? judge_folded(text, spelling, judged, reader)
                                : judge_plain(text, spelling, judged, reader);
}

/* Writes a number in E.164, and its extension. */
static uint8_t *write_number(uint8_t *out, const Judged *judged)
{
    const Number *number = &judged->number;
    *out++ = '+';
    if (number->code >= 100)
        *out++ = (uint8_t)('0' + number->code / 100);
    if (number->code >= 10)
        *out++ = (uint8_t)('0' + number->code / 10 % 10);
    *out++ = (uint8_t)('0' + number->code % 10);
    out = put(out, number->national, number->national + number->count);
    if (judged->extension_count > 0) {
        *out++ = ' ';
        *out++ = 'x';
        out = put(out, judged->extension, judged->extension + judged->extension_count);
    }
    return out;
}

/* Says of n cells what is certain of them as phones, and writes their values, one behind the other.
 *
 * is_strict: whether a number that no plan has assigned is refused, so that it has no value.
 * done: of how many cells that is said already; it is moved on. At 0 the values begin.
 * said: n, what is said of each.
 * out, out_borders: the values, at most ROOM bytes more for each cell than it has, and n + 1 borders; of an undecided
 *     cell its own text.
 *
 * Returns which table is wanted before it can go on, as a place among the stretches; -1 when all cells are judged. */
KERNEL int64_t judge_phones(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *placeholders,
                            const int64_t *placeholder_borders, int64_t placeholder_count, const Region *region,
                            int64_t is_strict, int64_t *done, uint16_t *said, uint8_t *const out, int64_t *out_borders)
{
    Words words;
    index_words(&words, placeholders, placeholder_borders, placeholder_count);
    Reader reader = {.region = region, .wanted = -1};
    Texts labels = region->extension_labels;
    index_words(&reader.extension_labels, labels.data, labels.borders, labels.count);
    labels = region->labels;
    index_words(&reader.labels, labels.data, labels.borders, labels.count);
    Spelling spelling;
    Judged judged;
    out_borders[0] = 0;
    uint8_t *next = out + out_borders[*done];
    for (int64_t at = *done; at < count; at++) {
        const uint8_t *const first = data + borders[at], *const last = data + borders[at + 1];
        Text text = {first, last};
        switch (look_at(&text.begin, &text.end, &words)) {
        case EMPTY:
            said[at] = 0;
            break;
        case BLANK:
            said[at] = SAID_BLANK;
            break;
        case PLACEHOLDER:
            said[at] = SAID_PLACEHOLDER;
            break;
        case OPEN: {
            judged.extension_count = 0;
            enum Status status = judge_open(text, &spelling, &judged, &reader);
            if (reader.wanted >= 0) {
                *done = at;
                return reader.wanted;
            }
            if (status != UNSURE) {
                bool is_value = is_accepted(status) && !(is_strict && status == UNASSIGNED);
                if (is_value)
                    next = write_number(next, &judged);
                unsigned padded = is_value && text.end - text.begin < last - first ? SAID_PADDED : 0;
                said[at] = (uint16_t)(padded | SAID_OWN * status | SAID_OWN * 16 * (is_value ? judged.spelled : 0));
                break;
            }
        } /* fall through */
        case LEFT:
            said[at] = SAID_NOTHING;
            next = put(next, first, last);
        }
        out_borders[at + 1] = next - out;
    }
    *done = count;
    return -1;
}
