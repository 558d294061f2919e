/* A column made of some of the texts of others. */

#include "kernel.h"

/* Writes where each chosen text begins, one behind the other; returns how many bytes they have together.
 *
 * borders, count: of n texts.
 * more: the borders of m further ones.
 * chosen, size: k positions from 0 to n + m - 1, or below 0 for an empty text.
 * out: k + 1 borders. */
KERNEL int64_t place_chosen(const int64_t *borders, int64_t count, const int64_t *more, const int64_t *chosen,
                            int64_t size, int64_t *out)
{
    int64_t place = 0;
    for (int64_t at = 0; at < size; at++) {
        out[at] = place;
        if (chosen[at] >= count)
            place += more[chosen[at] - count + 1] - more[chosen[at] - count];
        else if (chosen[at] >= 0)
            place += borders[chosen[at] + 1] - borders[chosen[at]];
    }
    out[size] = place;
    return place;
}

/* Writes the bytes of the chosen texts, as many as `place_chosen` has said.
 *
 * data, borders, count: n texts.
 * more_data, more: m further ones.
 * chosen, size: as above. */
KERNEL int64_t copy_chosen(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *more_data,
                           const int64_t *more, const int64_t *chosen, int64_t size, uint8_t *out)
{
    for (int64_t at = 0; at < size;) {
        const int64_t first = chosen[at];
        int64_t run = 1;
        if (first >= 0 && first < count) {
            /* Most stand side by side already. */
            while (at + run < size && first + run < count && chosen[at + run] == first + run)
                run++;
            int64_t bytes = borders[first + run] - borders[first];
            if (bytes)
                memcpy(out, data + borders[first], (size_t)bytes);
            out += bytes;
        } else if (first >= count) {
            int64_t bytes = more[first - count + 1] - more[first - count];
            if (bytes)
                memcpy(out, more_data + more[first - count], (size_t)bytes);
            out += bytes;
        }
        at += run;
    }
    return 0;
}
