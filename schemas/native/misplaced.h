/* Values of one kind in a cell of another, by their form alone. Source: schemas/kinds/misplaced.py. */

#ifndef CONTACTPREP_MISPLACED_H
#define CONTACTPREP_MISPLACED_H

#include "kernel.h"

/* Whether a text has the form of an IPv4 address: NUMBERED_HOST. */
static inline bool is_numbered_host(const uint8_t *byte, const uint8_t *end)
{
    for (int part = 0;; part++, byte++) {
        int64_t digits = 0;
        for (; byte < end && *byte >= '0' && *byte <= '9'; byte++)
            digits++;
        if (digits < 1 || digits > 3)
            return false;
        if (byte == end || *byte != '.' || part == 3)
            return byte == end && part == 3;
    }
}

/* Whether a text is plainly a phone number: `is_phone`.
 *
 * marks: 256 bytes, not 0 for those that stand between digits. */
static inline bool is_phone(const uint8_t *begin, const uint8_t *end, const uint8_t *marks)
{
    int64_t digits = 0;
    bool plus = false, is_last = false;
    for (const uint8_t *byte = begin; byte < end; byte++) {
        is_last = *byte >= '0' && *byte <= '9';
        if (is_last)
            digits++;
        else if (*byte == '+' && !plus && digits == 0)
            plus = true;
        else if (!marks[*byte])
            return false;
    }
    return is_last && digits >= (plus ? 7 : 9) && digits <= 15 && !is_numbered_host(begin, end);
}

#endif
