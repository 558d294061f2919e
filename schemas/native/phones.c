/* The lane of phones: digits are told from punctuation and words, and tables of number plans tell the rest. */

#include "phone_parts.h"
#include "phone_spellings.h"

/* How it is spelled. */
enum Spelled { AS_IS, FORMATTED, REPAIRED, DECIMAL, WORDED, FIRST };

/* What is said of a cell beside its status. */
typedef struct {
    Number number;
    enum Spelled spelled;
    const uint8_t *extension;
    int64_t extension_count;
} Judged;

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
    bool is_same = marks == 0 && spelling->is_signed && !judged->number.had_trunk;
    judged->spelled = has_odd_brackets(spelling) ? REPAIRED : is_same ? AS_IS : FORMATTED;
    return status;
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

/* Judges a number with words around it, of which the judge drops all: neither an extension's label nor a word that
 * parts two numbers nor anything else of the number stands among them.
 *
 * Source: schemas/kinds/phones.py, `_drop_words`. */
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
    bool certain = is_accepted(status) ? !is_labelled
                                       : bare.end == text.end && is_certain(status, spelling, region);
    judged->spelled = WORDED;
    return certain || status == LOCAL_ONLY ? status : UNSURE;
}

/* Judges a word and some digits, twice: what stands behind a comma is read as an extension, so the first digits are the
 * number. */
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

/* Judges a number with a letter or two for digits: none is accepted, whatever is left without it. They are too few to
 * be dialled, and neither an exponent's nor an extension's. */
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
    if (!(is_accepted(beside) || beside == LOCAL_ONLY) || !spelling->is_safe ||
        spelling->count < region->fewest_of_part)
        return UNSURE;
    enum Status status = read_spelling(spelling, 0, &judged->number, reader);
    judged->spelled = FIRST;
    return is_accepted(status) ? status : UNSURE;
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
        int64_t saying = look_at(&text.begin, &text.end, &words);
        if (saying == OPEN) {
            judged.number.had_trunk = false;
            judged.extension_count = 0;
            enum Status status = judge_open(text, &spelling, &judged, &reader);
            if (reader.wanted >= 0) {
                *done = at;
                return reader.wanted;
            }
            bool is_value = status != UNSURE && is_accepted(status) && !(is_strict && status == UNASSIGNED);
            if (is_value)
                next = write_number(next, &judged);
            saying = is_value && text.end - text.begin < last - first ? SAID_PADDED : 0;
            saying |= SAID_OWN * status | SAID_OWN * 16 * (is_value ? judged.spelled : 0);
            if (status == UNSURE)
                saying = SAID_NOTHING;
        }
        if (saying == SAID_NOTHING)
            next = put(next, first, last);
        said[at] = (uint16_t)saying;
        out_borders[at + 1] = next - out;
    }
    *done = count;
    return -1;
}
