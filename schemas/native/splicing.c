/* A column of which some texts are replaced. */

#include "kernel.h"

/* Copies neighbours and returns where the next bytes go.
 *
 * first, behind: from which one on, and up to which. out: all bytes. out_borders: takes where each of them begins. */
static uint8_t *copy_texts(const uint8_t *data, const int64_t *borders, int64_t first, int64_t behind,
                           const uint8_t *out, uint8_t *next, int64_t *out_borders)
{
    const int64_t shift = next - out - borders[first], size = borders[behind] - borders[first];
    for (int64_t at = first; at < behind; at++)
        out_borders[at] = borders[at] + shift;
    if (size)
        memcpy(next, data + borders[first], (size_t)size);
    return next + size;
}

/* Writes n texts, some of which are replaced, one behind the other.
 *
 * data, borders, count: the n texts.
 * more_data, more: other texts.
 * rows, places, size: k positions among the n, ascending; and which of the others stands there, below 0 an empty text.
 * out, out_borders: as many bytes as they then have, and n + 1 borders.
 *
 * Returns n. */
KERNEL int64_t splice_texts(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *more_data,
                            const int64_t *more, const int64_t *rows, const int64_t *places, int64_t size,
                            uint8_t *out, int64_t *out_borders)
{
    uint8_t *next = out;
    int64_t first = 0;
    for (int64_t at = 0; at < size; at++) {
        next = copy_texts(data, borders, first, rows[at], out, next, out_borders);
        out_borders[rows[at]] = next - out;
        if (places[at] >= 0) {
            const int64_t bytes = more[places[at] + 1] - more[places[at]];
            if (bytes)
                memcpy(next, more_data + more[places[at]], (size_t)bytes);
            next += bytes;
        }
        first = rows[at] + 1;
    }
    next = copy_texts(data, borders, first, count, out, next, out_borders);
    out_borders[count] = next - out;
    return count;
}
