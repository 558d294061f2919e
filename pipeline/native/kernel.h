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

/* n texts of a column: text i is the bytes from borders[i] up to, not including, borders[i + 1]. */
typedef struct {
    const uint8_t *data;
    const int64_t *borders;
    int64_t count;
} Texts;

/* A word whose eight bytes are all the given one, which is below 256. */
#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Returns eight bytes as a word, the first one lowest. Compilers make one load of it. */
static inline uint64_t word_at(const uint8_t *data)
{
    return (uint64_t)data[0] | (uint64_t)data[1] << 8 | (uint64_t)data[2] << 16 | (uint64_t)data[3] << 24 |
           (uint64_t)data[4] << 32 | (uint64_t)data[5] << 40 | (uint64_t)data[6] << 48 | (uint64_t)data[7] << 56;
}

/* Returns a word in which the highest bit of some bytes is set: of the first one that is below a number, of 128 at most,
 * or not ASCII, if there is one; of none before. Source: S. E. Anderson, Bit Twiddling Hacks, 'hasless'. */
static inline uint64_t flags_of(uint64_t word, uint8_t below)
{
    return ((word - EACH_BYTE(below)) | word) & EACH_BYTE(0x80);
}

/* Returns which byte the first with a flag is, of flags that are not all unset. */
static inline int64_t first_flag(uint64_t flags)
{
    return (int64_t)(((flags & (0 - flags)) >> 7) * UINT64_C(0x0001020304050607) >> 56);
}

/* Returns where a byte stands next, from a place on, or the size of the data if it does no more. */
static inline int64_t next_byte(const uint8_t *data, int64_t at, int64_t size, int byte)
{
    const uint8_t *found = at < size ? memchr(data + at, byte, (size_t)(size - at)) : NULL;
    return found ? found - data : size;
}

#endif
