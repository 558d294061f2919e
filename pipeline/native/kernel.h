/* What every kernel is made with. */

#ifndef CONTACTPREP_KERNEL_H
#define CONTACTPREP_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define KERNEL __declspec(dllexport)
#else
#define KERNEL __attribute__((visibility("default")))
#endif

#if defined(__BYTE_ORDER__)
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are read as their lowest byte first");
#endif

/* Returns a bit for each of 64 bytes that are 0 or 1, the lowest for the first. */
static inline uint64_t bits_of(const uint8_t *bytes)
{
    uint64_t bits = 0;
    for (int word = 0; word < 8; word++) {
        uint64_t eight;
        memcpy(&eight, bytes + 8 * word, 8);
        /* The multiplication moves byte i to bit 56 + i, and no two to the same. */
        bits |= (eight * 0x0102040810204080u >> 56) << 8 * word;
    }
    return bits;
}

/* Returns 64 bytes from a place on, 0 for those behind the end. With such it is a copy, in the room given. */
static inline const uint8_t *block_at(const uint8_t *data, int64_t size, int64_t at, uint8_t room[64])
{
    if (size - at >= 64)
        return data + at;
    memset(room, 0, 64);
    memcpy(room, data + at, (size_t)(size - at));
    return room;
}

/* Returns the number of the lowest bit that is set; one is. */
static inline int lowest_bit(uint64_t bits)
{
    return __builtin_ctzll(bits);
}

/* n texts of a column: text i is the bytes from borders[i] up to, not including, borders[i + 1]. */
typedef struct {
    const uint8_t *data;
    const int64_t *borders;
    int64_t count;
} Texts;

/* Returns where a byte stands next, from a place on, or the size of the data if it does no more. */
static inline int64_t next_byte(const uint8_t *data, int64_t at, int64_t size, int byte)
{
    const uint8_t *found = at < size ? memchr(data + at, byte, (size_t)(size - at)) : NULL;
    return found ? found - data : size;
}

/* Whether the text of a bit is there; all are where there are no bits. */
static inline bool is_there(const uint8_t *bits, int64_t at)
{
    return !bits || (bits[at >> 3] >> (at & 7) & 1);
}

#endif
