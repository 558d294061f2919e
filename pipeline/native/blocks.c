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

/* Returns where the given byte stands next, or the size if it does no more. */
static int64_t next_byte(const uint8_t *data, int64_t at, int64_t size, int byte)
{
    const uint8_t *found = at < size ? memchr(data + at, byte, (size_t)(size - at)) : NULL;
    return found ? found - data : size;
}

/* Writes where the given byte stands, in order, and returns how often (`count_byte`). */
KERNEL int64_t find_byte(const uint8_t *data, int64_t size, int64_t byte, int64_t *places)
{
    int64_t found = 0;
    for (int64_t at = -1; (at = next_byte(data, at + 1, size, (int)byte)) < size;)
        places[found++] = at;
    return found;
}

/* Returns how many lines a text has. */
KERNEL int64_t count_lines(const uint8_t *data, int64_t size)
{
    /* The last byte ends the last line, or lies on it. */
    int64_t found = size > 0 ? count_byte(data, size - 1, '\n') + 1 : 0;
    for (int64_t at = -1; (at = next_byte(data, at + 1, size, '\r')) < size;)
        found += at < size - 1 && data[at + 1] != '\n';
    return found;
}

/* Writes the place behind each line of a text, and returns how many lines it has (`count_lines`). */
KERNEL int64_t end_lines(const uint8_t *data, int64_t size, int64_t *ends)
{
    int64_t found = 0, feed = -1, carriage = -1, at = 0;
    while (at < size) {
        if (feed < at)
            feed = next_byte(data, at, size, '\n');
        if (carriage < at)
            carriage = next_byte(data, at, size, '\r');
        int64_t last = carriage + 1 < feed ? carriage : feed;
        at = last < size ? last + 1 : size;
        ends[found++] = at;
    }
    return found;
}
