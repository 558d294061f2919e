/* Lines of output files. */

#include "kernel.h"

/* Returns how many bytes of a text ask for quotes around its cell (RFC 4180, section 2): comma, quote, CR, LF. */
KERNEL int64_t count_special(const uint8_t *data, int64_t size)
{
    int64_t found = 0;
    for (int64_t at = 0; at < size; at++)
        found += data[at] == ',' || data[at] == '"' || data[at] == '\r' || data[at] == '\n';
    return found;
}
