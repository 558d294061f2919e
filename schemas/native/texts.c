/* Texts: which need the judge. */

#include "kernel.h"

/* Tells of each text whether all its characters are printable ASCII or within a range of characters of two bytes, one
 * of which is left out. Each end of the range, and what is left out, is two bytes, the first of them the high one.
 * Returns how many are. */
KERNEL int64_t texts_within(const uint8_t *data, const int64_t *borders, int64_t count, int64_t low, int64_t high,
                            int64_t unseen, uint8_t *within)
{
    int64_t found = 0;
    for (int64_t at = 0; at < count; at++) {
        const uint8_t *byte = data + borders[at], *end = data + borders[at + 1];
        bool fits = true;
        while (byte < end && fits) {
            if (*byte < 0x80) {
                fits = *byte >= 0x20 && *byte <= 0x7E;
                byte++;
            } else {
                int64_t pair = end - byte >= 2 ? *byte << 8 | byte[1] : 0;
                fits = pair >= low && pair <= high && pair != unseen;
                byte += 2;
            }
        }
        within[at] = fits;
        found += fits;
    }
    return found;
}
