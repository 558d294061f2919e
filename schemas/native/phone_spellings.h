/* How phones are spelled: what a text is all in all, and what its digits and its plus are read as. */

#ifndef CONTACTPREP_PHONE_SPELLINGS_H
#define CONTACTPREP_PHONE_SPELLINGS_H

#include "misplaced.h"
#include "phone_numbers.h"

enum {
    LONGEST = 250,   /* most bytes of a cell that is read */
    PADDING = 24,    /* zeros behind its digits: whoever looks at some of them looks at 16 */
    BLOCKS = 19,     /* most blocks of digits that are looked at */
    LONGEST_BLOCK = 20
};

/* What a byte is; the table comes from Python. */
enum { DIGIT = 1, SLASH = 2, BRACKET = 4, PLUS = 8, STRANGE = 16, FAR = 32 };

/* A text of digits and punctuation: what its bytes are all in all, and its digits. */
typedef struct {
    const uint8_t *begin, *end;
    unsigned seen;
    int64_t count;
    bool is_signed;  /* it has one plus, before the digits */
    bool is_safe;    /* only digits and the plus tell what number it is */
    uint8_t digits[LONGEST + PADDING];
} Spelling;

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
static inline bool is_compact(const Spelling *spelling)
{
    return spelling->end - spelling->begin == spelling->count + spelling->is_signed;
}

/* Whether a text has other brackets than pairs of round ones, one behind the other. Source: `_is_odd`. */
static inline bool has_odd_brackets(const Spelling *spelling)
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
static inline enum Status read_spelling(const Spelling *spelling, int64_t beside, Number *number, Reader *reader)
{
    if (spelling->seen & SLASH && spelling->count + beside >= 2 * reader->region->fewest_of_part)
        return UNSURE;
    return read_digits(spelling->digits, spelling->count, spelling->is_signed, number, reader);
}

/* The fewest digits of two numbers of which the first is written like this. */
static inline int64_t fewest_of_two(const Spelling *spelling, const Region *region)
{
    return (spelling->is_signed ? region->fewest_signed : region->fewest) + region->fewest;
}

/* Whether a text is blocks of digits of which none is long enough to be a number.
 *
 * A number that does not stand alone is looked for in all that stands before the first blank, and behind each. The
 * library takes twenty blocks and more for several texts. */
static inline bool is_blocks(const Spelling *spelling, const Region *region)
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
static inline bool is_certain(enum Status status, const Spelling *spelling, const Region *region)
{
    return !is_asked_again(status) || is_compact(spelling) || spelling->count < fewest_of_two(spelling, region) ||
           is_blocks(spelling, region);
}

#endif
