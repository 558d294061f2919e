/* Bytes of ASCII, eight at once. */

#ifndef CONTACTPREP_EIGHTS_H
#define CONTACTPREP_EIGHTS_H

#include "kernel.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first of eight bytes is read as the lowest one");

/* The same byte eight times; and the highest bit of each. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HIGHEST EIGHT(0x80)

/* Reads eight bytes, or as many as a text has left, NULs behind them.
 *
 * size: its bytes, one at least. limit: up to here may be read. */
static inline uint64_t read_eight(const uint8_t *byte, int64_t size, const uint8_t *limit)
{
    uint64_t eight = 0;
    if (limit - byte >= 8)
        memcpy(&eight, byte, 8);
    else
        for (int64_t at = 0; at < limit - byte; at++)
            eight |= (uint64_t)byte[at] << 8 * at;
    return size < 8 ? eight & ~(UINT64_MAX << 8 * size) : eight;
}

/* Returns the highest bit of those bytes that are from one to another; all are ASCII. */
static inline uint64_t are_within(uint64_t eight, uint8_t first, uint8_t last)
{
    return (eight + EIGHT(0x80u - first)) & ~(eight + EIGHT(0x7Fu - last)) & HIGHEST;
}

/* Returns which of eight bytes is the first whose highest bit is set; one is. */
static inline int64_t place_of_first(uint64_t highest)
{
    return __builtin_ctzll(highest) / 8;
}

#endif
