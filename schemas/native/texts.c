/* The lane of texts. */

#include "cells.h"

enum { TOO_LONG = SAID_OWN };

/* Returns how many characters a text has, or -1 if one is neither printable ASCII nor, in its two bytes, from low to
 * high and another than unseen. */
static int64_t count_latin(const uint8_t *byte, const uint8_t *end, int64_t low, int64_t high, int64_t unseen)
{
    int64_t count = 0;
    for (; byte < end; byte++, count++) {
        if (*byte < 0x80) {
            if (*byte < 0x20 || *byte > 0x7E)
                return -1;
        } else {
            int64_t pair = end - byte >= 2 ? *byte << 8 | byte[1] : 0;
            if (pair < low || pair > high || pair == unseen)
                return -1;
            byte++;
        }
    }
    return count;
}

/* Says of n cells what is certain of them as texts, and writes their values, one behind the other.
 *
 * formulas: 256 bytes, not 0 for one with which a formula may begin.
 * low, high, unseen: the characters of two bytes that are fine, see count_latin.
 * most: characters that a text may have, or -1.
 * said: n, what is said of each.
 * out, out_borders: the values, as many bytes as the cells have, and n + 1 borders; of an undecided cell its own text.
 *
 * Returns n. */
KERNEL int64_t judge_texts(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *placeholders,
                           const int64_t *placeholder_borders, int64_t placeholder_count, const uint8_t *formulas,
                           int64_t low, int64_t high, int64_t unseen, int64_t most,
                           uint16_t *said, uint8_t *out, int64_t *out_borders)
{
    Words words;
    index_words(&words, placeholders, placeholder_borders, placeholder_count);
    const uint8_t *const start = out;
    out_borders[0] = 0;
    for (int64_t at = 0; at < count; at++) {
        const uint8_t *const first = data + borders[at], *const last = data + borders[at + 1];
        const uint8_t *begin = first, *end = last;
        int64_t saying = look_at(&begin, &end, &words);
        if (saying == OPEN) {
            int64_t characters = formulas[*begin] ? -1 : count_latin(begin, end, low, high, unseen);
            if (characters < 0)
                saying = SAID_NOTHING;
            else if (most >= 0 && characters > most)
                saying = TOO_LONG;
            else {
                saying = end - begin < last - first ? SAID_PADDED : 0;
                out = put(out, begin, end);
            }
        }
        if (saying == SAID_NOTHING)
            out = put(out, first, last);
        said[at] = (uint16_t)saying;
        out_borders[at + 1] = out - start;
    }
    return count;
}
