/* Numbers of phones: what digits alone are by the number plans. */

#ifndef CONTACTPREP_PHONE_NUMBERS_H
#define CONTACTPREP_PHONE_NUMBERS_H

#include "cells.h"

enum {
    LENGTHS = 20, /* what is said of so many digits is said of all longer numbers */
    SHAPES = 32   /* more than LENGTHS */
};

/* What two digits begin with that a number of the region begins with. */
enum { LEAVES = 1, STRIPPED = 2, TRUNK = 4 };

/* What a table says of a stretch of numbers beside regions and refusals. */
enum { TRUNK_BEFORE = 0xFE };

/* What is said of a number: the statuses of schemas/lanes/plans.py, and what else refuses a cell. */
enum Status {
    OWN, UNASSIGNED, OTHER,
    UNREADABLE, TOO_SHORT, TOO_LONG, LOCAL_ONLY, IMPOSSIBLE, UNKNOWN_CODE, ROUNDED, EMAIL, WEBSITE,
    UNSURE = 0xFF
};

/* A region's view of the number plans, made by schemas/lanes/phone_tables.py; of the same fields in the same order. */
typedef struct {
    const uint8_t *bytes;             /* 256: what each byte is */
    const uint16_t *codes;            /* 1,000: the calling code that three digits begin with, or 0 */
    const int64_t *const *stretches;  /* SHAPES of each calling code: the table of numbers of so many digits, or NULL */
    const uint8_t *grades_at_home;    /* 256: the status of what a table says, of numbers of the region's code */
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

/* A number: its calling code, where its national number stands among the digits, and whether a prefix stood before. */
typedef struct {
    int64_t code;
    const uint8_t *national;
    int64_t count;
    bool had_trunk;
} Number;

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
static inline enum Status read_at_home(const uint8_t *national, int64_t count, Number *number, Reader *reader)
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
static inline enum Status read_abroad(const uint8_t *digits, int64_t count, Number *number, Reader *reader)
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
static inline enum Status read_digits(const uint8_t *digits, int64_t count, bool is_signed, Number *number,
                                      Reader *reader)
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
        if (width == 0 || count <= width + 3 || digits[width] == '0' ||
            memcmp(digits, region->exit, (size_t)width) != 0)
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

#endif
