/* What a lane says of its cells, numbered. */

#include "kernel.h"

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
    enum { UNNUMBERED = -2 };
    int64_t given = 0;
    for (int64_t at = 0; at < count; at++) {
        int16_t number = numbers[sayings[at]];
        if (number == UNNUMBERED) {
            number = numbers[sayings[at]] = (int16_t)(first + given);
            found[given++] = sayings[at];
        }
        which[at] = number;
    }
    return given;
}
