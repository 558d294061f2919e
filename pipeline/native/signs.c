/* Cells that are worth a look: they may be a certain text, or hold a sign of something, a rare byte between certain
 * others. */

#include "kernel.h"

enum { SIGNS = 4 };

/* Returns a bit for each of 64 bytes, the lowest for the first: whether it is one of some. */
static inline uint64_t any_of(const uint8_t *bytes, const uint8_t wanted[SIGNS])
{
    uint8_t found[64];
    for (int at = 0; at < 64; at++)
        found[at] = (bytes[at] == wanted[0]) | (bytes[at] == wanted[1]) | (bytes[at] == wanted[2]) |
                    (bytes[at] == wanted[3]);
    return bits_of(found);
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
 * bytes: SIGNS bytes other than 0, each of a sign.
 * signs: bit i of 4 x 256 numbers: whether a byte is that of sign i, may stand right before it, right behind it, one
 *     further behind it. What lies outside all cells counts as a byte 0.
 * rows: takes the rows, in order; there is room for all. */
KERNEL int64_t rows_with_signs(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *bytes,
                               const uint8_t *signs, int64_t *rows)
{
    if (count == 0)
        return 0;
    const uint8_t *before = signs + 256, *behind = before + 256, *further = behind + 256;
    int64_t begin = borders[0], end = borders[count], found = 0, row = 0, next = begin;
    for (int64_t block = begin; block < end; block += 64) {
        uint8_t room[64];
        for (uint64_t marks = any_of(block_at(data, end, block, room), bytes); marks; marks &= marks - 1) {
            int64_t at = block + lowest_bit(marks);
            if (at < next || !(signs[data[at]] & before[at > begin ? data[at - 1] : 0] &
                               behind[at + 1 < end ? data[at + 1] : 0] & further[at + 2 < end ? data[at + 2] : 0]))
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
