/* What a lane says of its cells, numbered. */

#include "kernel.h"

/* Returns whether nothing is said of some cells. */
static inline bool is_nothing_said(const uint16_t *sayings, int64_t count)
{
    uint16_t all = 0;
    for (int64_t at = 0; at < count; at++)
        all |= sayings[at];
    return all == 0;
}

/* Writes for each of n sayings the number that it has, those without one numbered by their first appearance.
 *
 * numbers: 0x10000, by saying; UNNUMBERED for those that have none yet.
 * first: the first number to give.
 * found: the sayings that were given one, in this order.
 *
 * Returns how many these are. */
KERNEL int64_t number_sayings(const uint16_t *sayings, int64_t count, int16_t *numbers, int64_t first,
                              uint16_t *found, int16_t *which)
{
    enum { UNNUMBERED = -2, BLOCK = 64 };
    int64_t given = 0;
    for (int64_t at = 0, end; at < count; at = end) {
        end = count - at < BLOCK ? count : at + BLOCK;
        /* Of most cells there is nothing to say. */
        if (numbers[0] != UNNUMBERED && is_nothing_said(sayings + at, end - at)) {
            for (int64_t cell = at; cell < end; cell++)
                which[cell] = numbers[0];
            continue;
        }
        for (int64_t cell = at; cell < end; cell++) {
            const uint16_t saying = sayings[cell];
            if (numbers[saying] == UNNUMBERED) {
                numbers[saying] = (int16_t)(first + given);
                found[given++] = saying;
            }
            which[cell] = numbers[saying];
        }
    }
    return given;
}
