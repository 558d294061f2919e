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

/* Returns where a byte stands next, from a place on, or the size of the data if it does no more. */
static inline int64_t next_byte(const uint8_t *data, int64_t at, int64_t size, int byte)
{
    const uint8_t *found = at < size ? memchr(data + at, byte, (size_t)(size - at)) : NULL;
    return found ? found - data : size;
}

#endif
