/* Hosts of e-mail addresses, and texts that may be one. */

#include "kernel.h"

/* Finds what stands behind the last @ of n texts, the whole text where there is none.
 *
 * bits, first_bit: which texts are not missing, or NULL if none is; the first one's place among the bits.
 * begins, ends: take n places in the data; where a text is missing, both are its beginning. */
KERNEL int64_t find_hosts(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *bits,
                          int64_t first_bit, int64_t *begins, int64_t *ends)
{
    for (int64_t row = 0; row < count; row++) {
        int64_t at = borders[row], end = borders[row + 1];
        if (at < end && is_there(bits, first_bit + row)) {
            for (const uint8_t *sign; (sign = memchr(data + at, '@', (size_t)(end - at)));)
                at = sign + 1 - data;
        } else {
            end = at;
        }
        begins[row] = at;
        ends[row] = end;
    }
    return 0;
}

/* Finds the texts that hold a byte; rows takes their positions, ascending, and has room for n. Returns how many do. */
KERNEL int64_t find_holding(const uint8_t *data, const int64_t *borders, int64_t count, int64_t byte, int64_t *rows)
{
    int64_t found = 0, row = 0;
    const uint8_t *at = data + borders[0], *const end = data + borders[count];
    while (at < end && (at = memchr(at, (int)byte, (size_t)(end - at)))) {
        while (borders[row + 1] <= at - data)
            row++;
        rows[found++] = row;
        at = data + borders[++row];
    }
    return found;
}
