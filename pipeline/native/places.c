/* Where in a text some of its lines and records stand, without looking for all. */

#include "kernel.h"

enum { LF = '\n', CR = '\r' };

/* Returns whether a line ends with a byte (LF, CRLF or CR). */
static inline bool ends_line(const uint8_t *byte, bool is_last)
{
    return *byte == LF || (*byte == CR && (is_last || byte[1] != LF));
}

/* Returns how many lines end with one of 64 bytes; another follows them. */
static inline int64_t line_ends_among(const uint8_t *bytes)
{
    uint8_t found = 0;
    for (int at = 0; at < 64; at++)
        found += (bytes[at] == LF) | ((bytes[at] == CR) & (bytes[at + 1] != LF));
    return found;
}

/* Finds lines. Returns how many of the wanted there are.
 *
 * wanted, count: their numbers, from 0, ascending.
 * starts: takes their first bytes. */
KERNEL int64_t find_lines(const uint8_t *data, int64_t size, const int64_t *wanted, int64_t count, int64_t *starts)
{
    int64_t at = 0, line = 0;
    for (int64_t one = 0; one < count; one++) {
        for (int64_t more; size - at > 64 && line + (more = line_ends_among(data + at)) < wanted[one]; at += 64)
            line += more;
        for (; at < size && line < wanted[one]; at++)
            line += ends_line(data + at, at + 1 == size);
        if (at == size)
            return one;
        starts[one] = at;
    }
    return count;
}

/* Finds the ends of regular records. Returns how many.
 *
 * starts, count: their first bytes.
 * ends: takes the first bytes behind them. */
KERNEL int64_t find_ends(const uint8_t *data, int64_t size, int64_t quote, const int64_t *starts, int64_t count,
                         int64_t *ends)
{
    for (int64_t one = 0; one < count; one++) {
        int64_t at = starts[one];
        bool inside = false;
        for (; at < size && (inside || (data[at] != LF && data[at] != CR)); at++)
            inside ^= data[at] == quote;
        bool is_half = at + 1 < size && data[at] == CR && data[at + 1] == LF;
        ends[one] = at < size ? at + 1 + is_half : size;
    }
    return count;
}
