/* Which lines of a text are UTF-8. */

#include "kernel.h"

/* Returns how many bytes the well-formed UTF-8 character has that begins with a byte above ASCII, 0 if there is none
 * (Unicode Standard, table 3-7). */
static int64_t character_size(const uint8_t *data, int64_t size)
{
    uint8_t lead = data[0];
    int64_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0xC2 || lead > 0xF4 || size < length)
        return 0;
    /* The second byte leaves out what is longer than it need be, surrogates, and what lies above U+10FFFF. */
    uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (data[1] < low || data[1] > high)
        return 0;
    for (int64_t at = 2; at < length; at++)
        if ((data[at] & 0xC0) != 0x80)
            return 0;
    return length;
}

/* The highest bit of each byte of a word, which is set in all bytes beyond ASCII. */
#define BEYOND_ASCII UINT64_C(0x8080808080808080)

/* Returns eight bytes as a word, in the order of the machine. */
static uint64_t word_at(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* Returns which of eight bytes the first beyond ASCII is, 8 if none is. */
static int64_t first_beyond_ascii(const uint8_t *data)
{
    /* In this order on any machine; compilers make one load of it. */
    uint64_t word = (uint64_t)data[0] | (uint64_t)data[1] << 8 | (uint64_t)data[2] << 16 | (uint64_t)data[3] << 24 |
                    (uint64_t)data[4] << 32 | (uint64_t)data[5] << 40 | (uint64_t)data[6] << 48 |
                    (uint64_t)data[7] << 56;
    uint64_t flags = word & BEYOND_ASCII, first = flags & (0 - flags);
    /* The product with the bit of byte n, moved down to its lowest, has n in its highest byte. */
    return flags ? (int64_t)((first >> 7) * UINT64_C(0x0001020304050607) >> 56) : 8;
}

/* Returns where the next byte beyond ASCII stands, from a place on, or the size if there is none. */
static int64_t next_beyond_ascii(const uint8_t *data, int64_t at, int64_t size)
{
    for (; size - at >= 32; at += 32) {
        const uint8_t *here = data + at;
        if ((word_at(here) | word_at(here + 8) | word_at(here + 16) | word_at(here + 24)) & BEYOND_ASCII)
            break;
    }
    for (; size - at >= 8; at += 8) {
        int64_t first = first_beyond_ascii(data + at);
        if (first < 8)
            return at + first;
    }
    while (at < size && data[at] < 0x80)
        at++;
    return at;
}

/* Returns how many lines of a text hold characters beyond ASCII, all well-formed; the number of those with bytes that
 * are not UTF-8 is written to invalid[0], and which line the first of these is, if any, to invalid[1]. `ends` is the
 * place behind each line. */
KERNEL int64_t tally_lines(const uint8_t *data, int64_t size, const int64_t *ends, int64_t *invalid)
{
    int64_t beyond = 0, line = 0, last_beyond = -1, last_invalid = -1, at = 0;
    invalid[0] = 0;
    while ((at = next_beyond_ascii(data, at, size)) < size) {
        while (ends[line] <= at)
            line++;
        beyond += line > last_beyond;
        last_beyond = line;
        int64_t length = character_size(data + at, size - at);
        if (length == 0 && line > last_invalid) {
            if (invalid[0]++ == 0)
                invalid[1] = line;
            last_invalid = line;
        }
        at += length > 0 ? length : 1;
    }
    return beyond - invalid[0];
}
