/* Keys of records: chosen, and folded. */

#include "kernel.h"

#define WORD ((int64_t)sizeof(uint64_t))
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Finds the texts that hold other than ASCII; returns how many.
 * data, borders: count texts, one behind the other.
 * others: of count texts, the positions of those, ascending. */
KERNEL int64_t find_others(const uint8_t *data, const int64_t *borders, int64_t count, int64_t *others)
{
    int64_t end = borders[count], found = 0, text = 0;
    for (int64_t at = borders[0]; at < end; at++) {
        uint64_t words[8], high = 0;
        if (end - at >= (int64_t)sizeof words) {
            memcpy(words, data + at, sizeof words);
            for (int word = 0; word < 8; word++)
                high |= words[word];
            if (!(high & HIGH_BITS)) {
                at += (int64_t)sizeof words - 1;
                continue;
            }
        }
        if (data[at] < 0x80)
            continue;
        while (borders[text + 1] <= at)
            text++;
        others[found++] = text;
        at = borders[text + 1] - 1;
    }
    return found;
}

/* Whether one of count positions, which ascend, is a given one; moves on from a place among them up to there. */
static inline bool is_among(const int64_t *positions, int64_t count, int64_t *place, int64_t position)
{
    while (*place < count && positions[*place] < position)
        ++*place;
    return *place < count && positions[*place] == position;
}

/* Chooses keys: those of count texts that a record has a place for, and that are there and not empty; returns how many.
 * borders: count texts, one behind the other; present, first: a bit for each from the first one on whether it is there,
 *     or NULL.
 * others, other_borders, other_count: the positions of those that others stand for, ascending, and where these begin.
 * some, more: of count records, whether one of two reasons gives it a place.
 * rows: of count texts, the positions of those chosen, ascending.
 * chosen_borders: where each of them begins once they lie one behind the other, and the end; count + 1 at most. */
KERNEL int64_t choose_keys(const int64_t *borders, const uint8_t *present, int64_t first, const int64_t *others,
                           const int64_t *other_borders, int64_t other_count, const bool *some, const bool *more,
                           int64_t count, int64_t *rows, int64_t *chosen_borders)
{
    int64_t chosen = 0, end = 0, other = 0;
    for (int64_t text = 0; text < count; text++) {
        int64_t size = borders[text + 1] - borders[text];
        if (is_among(others, other_count, &other, text))
            size = other_borders[other + 1] - other_borders[other];
        /* Written always and kept if it counts: whether it does is not foreseen by a processor. */
        rows[chosen] = text;
        chosen_borders[chosen] = end;
        bool counts = (some[text] | more[text]) && size && is_there(present, first + text);
        chosen += counts;
        end += counts ? size : 0;
    }
    chosen_borders[chosen] = end;
    return chosen;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Returns a word with A to Z in lower case. */
static inline uint64_t lowered(uint64_t word)
{
    uint64_t seven = word & ~HIGH_BITS;
    uint64_t from_a = seven + (0x80 - 'A') * EACH_BYTE, behind_z = seven + (0x7f - 'Z') * EACH_BYTE;
    return word | (((from_a ^ behind_z) & ~word & HIGH_BITS) >> 2);
}

/* Copies chosen texts with A to Z in lower case; returns how many there are.
 * data, borders: texts, one behind the other.
 * others, texts, text_borders, other_count: the positions of those that others stand for, ascending, and these.
 * rows, count: the positions of those chosen, ascending.
 * out, out_borders: where to, and where each begins there, as choose_keys says. */
KERNEL int64_t take_keys(const uint8_t *data, const int64_t *borders, const int64_t *others, const uint8_t *texts,
                         const int64_t *text_borders, int64_t other_count, const int64_t *rows, int64_t count,
                         uint8_t *out, const int64_t *out_borders)
{
    int64_t other = 0;
    for (int64_t row = 0; row < count; row++) {
        bool whole = !is_among(others, other_count, &other, rows[row]);
        const uint8_t *from = whole ? data + borders[rows[row]] : texts + text_borders[other];
        uint8_t *to = out + out_borders[row];
        int64_t size = out_borders[row + 1] - out_borders[row];
        uint64_t word = 0;
        if (size < WORD) {
            memcpy(&word, from, (size_t)size);
            word = lowered(word);
            memcpy(to, &word, (size_t)size);
            continue;
        }
        for (int64_t at = 0; at + WORD < size; at += WORD) {
            memcpy(&word, from + at, sizeof word);
            word = lowered(word);
            memcpy(to + at, &word, sizeof word);
        }
        /* The last word ends where the text does, and shares bytes with the one before. */
        memcpy(&word, from + size - WORD, sizeof word);
        word = lowered(word);
        memcpy(to + size - WORD, &word, sizeof word);
    }
    return count;
}
