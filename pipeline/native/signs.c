/* Cells that are worth a look: they may be a certain text, or hold a sign of something, a rare byte or pair of bytes
 * before certain others. */

#include "kernel.h"

/* What is looked for in 64 bytes at once: PAIRS pairs of bytes, of the first of which some bits are left out, and
 * SINGLES bytes, none of them 0. */
enum { PAIRS = 2, SINGLES = 2 };
typedef struct {
    uint8_t masks[PAIRS], firsts[PAIRS], seconds[PAIRS], singles[SINGLES];
} Wanted;

/* Returns a bit for each of 64 bytes, which another follows, the lowest for the first: whether one of those wanted
 * begins there. */
static inline uint64_t wanted_among(const uint8_t *bytes, Wanted wanted)
{
    uint8_t found[64];
    for (int at = 0; at < 64; at++) {
        uint8_t byte = bytes[at], next = bytes[at + 1];
        found[at] = (((byte & wanted.masks[0]) == wanted.firsts[0]) & (next == wanted.seconds[0])) |
                    (((byte & wanted.masks[1]) == wanted.firsts[1]) & (next == wanted.seconds[1])) |
                    (byte == wanted.singles[0]) | (byte == wanted.singles[1]);
    }
    /* Mostly there is none, which is known sooner than the bits are. */
    uint64_t any = 0, eight;
    for (int word = 0; word < 8; word++) {
        memcpy(&eight, found + 8 * word, 8);
        any |= eight;
    }
    return any ? bits_of(found) : 0;
}

/* Returns the first row from one on whose cell ends behind a byte; there is one. */
static int64_t row_of(const int64_t *borders, int64_t row, int64_t count, int64_t at)
{
    int64_t last = count - 1;
    while (row < last) {
        int64_t middle = row + (last - row) / 2;
        if (borders[middle + 1] > at)
            last = middle;
        else
            row = middle + 1;
    }
    return row;
}

/* Finds the rows in which there is a sign. Returns how many they are.
 *
 * data, borders, count: cells; cell i is the bytes from borders[i] up to, not including, borders[i + 1].
 * wanted: a `Wanted`, what begins each of PAIRS + SINGLES signs.
 * signs: bit i of 3 x 256 numbers: whether a byte begins sign i, may stand right behind that, one further behind it.
 *     What lies outside all cells counts as a byte 0.
 * rows: takes the rows, in order; there is room for all. */
KERNEL int64_t rows_with_signs(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *wanted,
                               const uint8_t *signs, int64_t *rows)
{
    if (count == 0)
        return 0;
    Wanted all;
    memcpy(&all, wanted, sizeof all);
    const uint8_t *behind = signs + 256, *further = behind + 256;
    int64_t end = borders[count], found = 0, row = 0, next = borders[0];
    for (int64_t block = borders[0]; block < end; block += 64) {
        uint8_t room[65] = {0};
        if (end - block < 65)
            memcpy(room, data + block, (size_t)(end - block));
        const uint8_t *bytes = end - block < 65 ? room : data + block;
        for (uint64_t marks = wanted_among(bytes, all); marks; marks &= marks - 1) {
            int64_t at = block + lowest_bit(marks);
            if (at < next || !(signs[data[at]] & behind[at + 1 < end ? data[at + 1] : 0] &
                               further[at + 2 < end ? data[at + 2] : 0]))
                continue;
            row = row_of(borders, row, count, at);
            next = borders[row + 1];
            rows[found++] = row;
        }
    }
    return found;
}

/* Returns whether a text, of one byte or more, stands anywhere in a cell. */
static bool holds(const uint8_t *cell, int64_t letters, const uint8_t *text, int64_t size)
{
    for (int64_t at = 0; at <= letters - size; at++)
        if (cell[at] == text[0] && memcmp(cell + at, text, (size_t)size) == 0)
            return true;
    return false;
}

/* Finds the rows whose cells may be a text, with blanks around it or none. Returns how many they are.
 *
 * data, borders, count, rows: as above.
 * text, size: one byte or more. */
KERNEL int64_t rows_perhaps_of(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *text,
                               int64_t size, int64_t *rows)
{
    int64_t found = 0;
    for (int64_t row = 0; row < count; row++) {
        int64_t begin = borders[row], end = borders[row + 1];
        if (end - begin < size)
            continue;
        while (begin < end && data[begin] <= ' ')
            begin++;
        while (begin < end && data[end - 1] <= ' ')
            end--;
        /* Not whether what is beyond ASCII is blank. */
        bool is_trimmed = end - begin == size || (begin < end && data[begin] < 0x80 && data[end - 1] < 0x80);
        if ((!is_trimmed || end - begin == size) && holds(data + begin, end - begin, text, size))
            rows[found++] = row;
    }
    return found;
}
