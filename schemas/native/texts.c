/* The lane of texts. */

#include "cells.h"
#include "eights.h"

enum { TOO_LONG = SAID_OWN };

/* Which cells are fine: their characters of two bytes lie from low to high and are another than unseen; they have at most
 * so many; and a formula may begin with a byte that is not 0 among 256. Up to limit may be read. */
typedef struct {
    Words placeholders;
    const uint8_t *formulas;
    int64_t low, high, unseen, most;
    const uint8_t *limit;
} Rules;

/* Returns the highest bit of those bytes that are not printable ASCII. Behind the first beyond ASCII it may be wrong. */
static inline uint64_t are_odd(uint64_t eight)
{
    return (eight | ~are_within(eight, 0x20, 0x7E)) & HIGHEST;
}

/* Returns the first byte that is not printable ASCII, or the end.
 *
 * limit: up to here may be read. */
static inline const uint8_t *find_odd(const uint8_t *byte, const uint8_t *end, const uint8_t *limit)
{
    for (; end - byte > 8; byte += 8) {
        uint64_t odd = are_odd(read_eight(byte, 8, limit));
        if (odd)
            return byte + place_of_first(odd);
    }
    uint64_t odd = byte < end ? are_odd(read_eight(byte, end - byte, limit)) : 0;
    int64_t place = odd ? place_of_first(odd) : 8;
    return place < end - byte ? byte + place : end;
}

/* The same of a long text, in which such bytes are rare. */
static const uint8_t *find_rare_odd(const uint8_t *byte, const uint8_t *end)
{
    enum { BLOCK = 32 };
    for (; end - byte >= BLOCK; byte += BLOCK) {
        uint8_t is_odd = 0;
        /* Without a way out, so that compilers do many at once. */
        for (int64_t at = 0; at < BLOCK; at++)
            is_odd |= byte[at] < 0x20 || byte[at] > 0x7E;
        if (is_odd)
            break;
    }
    return find_odd(byte, end, end);
}

/* Returns how many characters a text has, or -1 if one is neither printable ASCII nor fine. */
static inline int64_t count_latin(const uint8_t *begin, const uint8_t *end, const Rules *rules)
{
    int64_t wide = 0;
    for (const uint8_t *odd = begin; (odd = find_odd(odd, end, rules->limit)) < end; odd += 2, wide++) {
        int64_t pair = end - odd >= 2 ? *odd << 8 | odd[1] : 0;
        if (pair < rules->low || pair > rules->high || pair == rules->unseen)
            return -1;
    }
    return end - begin - wide;
}

/* Returns what is said of a cell, and moves its borders to those of its value if it has one. */
static uint16_t judge_text(const uint8_t **begin, const uint8_t **end, const Rules *rules)
{
    const uint8_t *first = *begin, *last = *end;
    int64_t saying = look_at(begin, end, &rules->placeholders);
    if (saying != OPEN)
        return (uint16_t)saying;
    int64_t characters = rules->formulas[**begin] ? -1 : count_latin(*begin, *end, rules);
    if (characters < 0)
        return SAID_NOTHING;
    if (rules->most >= 0 && characters > rules->most)
        return TOO_LONG;
    return *end - *begin < last - first ? SAID_PADDED : 0;
}

/* Says of n cells what is certain of them as texts, and writes their values, one behind the other.
 *
 * formulas, low, high, unseen: see Rules.
 * most: characters that a text may have, or -1.
 * said: n, what is said of each.
 * out, out_borders: the values, as many bytes as the cells have, and n + 1 borders; of an undecided cell its own text.
 *
 * Returns whether a value is another than its cell; otherwise only the borders are written. */
KERNEL int64_t judge_texts(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *placeholders,
                           const int64_t *placeholder_borders, int64_t placeholder_count, const uint8_t *formulas,
                           int64_t low, int64_t high, int64_t unseen, int64_t most,
                           uint16_t *said, uint8_t *out, int64_t *out_borders)
{
    const uint8_t *const limit = data + borders[count];
    Rules rules = {.formulas = formulas, .low = low, .high = high, .unseen = unseen, .most = most,
                   .limit = limit};
    index_words(&rules.placeholders, placeholders, placeholder_borders, placeholder_count);
    /* What a text does not begin with that is plain: a blank, or what asks for a closer look. */
    bool is_doubtful[256];
    for (int64_t byte = 0; byte < 256; byte++)
        is_doubtful[byte] = byte == ' ' || formulas[byte] || rules.placeholders.begins[byte];
    const int64_t longest = most < 0 ? INT64_MAX : most;
    const uint8_t *odd = find_rare_odd(data + borders[0], limit);
    Values values = {.kept = data + borders[0], .out = out, .next = out};
    out_borders[0] = 0;
    for (int64_t at = 0; at < count; at++) {
        const uint8_t *const first = data + borders[at], *const last = data + borders[at + 1];
        uint16_t saying = 0;
        if (odd < first)
            odd = find_rare_odd(first, limit);
        if (first < last && (odd < last || is_doubtful[*first] || last[-1] == ' ' || last - first > longest)) {
            const uint8_t *begin = first, *end = last;
            saying = judge_text(&begin, &end, &rules);
            if (saying == SAID_PADDED)
                values.next = put(begin_value(&values, first, last), begin, end);
            else if (saying != 0 && saying != SAID_NOTHING)
                begin_value(&values, first, last);
        }
        said[at] = saying;
        out_borders[at + 1] = size_of_values(&values, last);
    }
    return end_values(&values, limit);
}
