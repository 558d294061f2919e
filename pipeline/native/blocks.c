/* Bytes and line ends of a text. A line ends in LF, CRLF or CR; the last one may lack its end. */

#include "kernel.h"

/* Returns how many bytes of a text are the given one. */
KERNEL int64_t count_byte(const uint8_t *data, int64_t size, int64_t byte)
{
    uint8_t letter = (uint8_t)byte;
    int64_t found = 0, at = 0;
    while (at < size) {
        int64_t stop = size - at < UINT8_MAX ? size : at + UINT8_MAX;
        /* So few that they fit in a byte: compilers make such sums of many bytes at once. */
        uint8_t few = 0;
        for (; at < stop; at++)
            few += data[at] == letter;
        found += few;
    }
    return found;
}

/* Writes where the given byte stands, in order, and returns how often (`count_byte`). */
KERNEL int64_t find_byte(const uint8_t *data, int64_t size, int64_t byte, int64_t *places)
{
    int64_t found = 0;
    for (int64_t at = -1; (at = next_byte(data, at + 1, size, (int)byte)) < size;)
        places[found++] = at;
    return found;
}

/* Returns how many lines a text has, and writes the place behind each of them for which there is room. */
KERNEL int64_t end_lines(const uint8_t *data, int64_t size, int64_t *ends, int64_t room)
{
    int64_t found = 0, feed = -1, carriage = -1, at = 0;
    while (at < size) {
        if (feed < at)
            feed = next_byte(data, at, size, '\n');
        if (carriage < at)
            carriage = next_byte(data, at, size, '\r');
        int64_t last = carriage + 1 < feed ? carriage : feed;
        at = last < size ? last + 1 : size;
        if (found < room)
            ends[found] = at;
        found++;
    }
    return found;
}
