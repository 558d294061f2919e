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

/* Returns where the next byte stands that is not ASCII, or below a number, or the size if there is none. */
static int64_t next_beyond(const uint8_t *data, int64_t at, int64_t size, uint8_t below)
{
    for (; size - at >= 8; at += 8) {
        uint64_t flags = flags_of(word_at(data + at), below);
        if (flags)
            return at + first_flag(flags);
    }
    while (at < size && data[at] < 0x80 && data[at] >= below)
        at++;
    return at;
}

/* Returns how many lines of a text hold characters beyond ASCII, all well-formed; the number of those with bytes that
 * are not UTF-8 is written to invalid[0], and a place on the first of these, if any, to invalid[1]. */
KERNEL int64_t tally_lines(const uint8_t *data, int64_t size, int64_t *invalid)
{
    int64_t valid = 0, at = 0;
    invalid[0] = 0;
    while ((at = next_beyond(data, at, size, 0)) < size) {
        /* To the end of its line. Behind the CR of a CRLF the LF is one more line, without anything on it. */
        bool fits = true;
        int64_t begun = at;
        while (at < size && data[at] != '\n' && data[at] != '\r') {
            int64_t length = data[at] < 0x80 ? 1 : character_size(data + at, size - at);
            fits &= length > 0;
            at = next_beyond(data, at + (length > 0 ? length : 1), size, '\r' + 1);
        }
        valid += fits;
        if (!fits && invalid[0]++ == 0)
            invalid[1] = begun;
    }
    return valid;
}
