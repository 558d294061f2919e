/* Rows of output files that are taken out of a piece, or put in. */

#include "kernel.h"

/* Writes a text in which some parts are replaced by others; returns how long it is, or -1 where the parts do not lie
 * one behind the other in the text, or the result does not fit.
 * data: the text, of size bytes.
 * begins, ends: of count parts, ascending, where each lies. One may be of no bytes.
 * texts, borders: what stands instead of part i: the bytes of texts from borders[i] up to, not including,
 *     borders[i + 1].
 * out: where to, of capacity bytes; data itself if nothing stands instead of any part. */
KERNEL int64_t splice(const uint8_t *data, int64_t size, const int64_t *begins, const int64_t *ends, int64_t count,
                      const uint8_t *texts, const int64_t *borders, uint8_t *out, int64_t capacity)
{
    int64_t reached = 0, made = 0;
    for (int64_t part = 0; part <= count; part++) {
        int64_t begin = part < count ? begins[part] : size, end = part < count ? ends[part] : size;
        int64_t more = part < count ? borders[part + 1] - borders[part] : 0;
        if (begin < reached || end < begin || end > size || more < 0 || capacity - made < begin - reached + more)
            return -1;
        memmove(out + made, data + reached, (size_t)(begin - reached));
        made += begin - reached;
        if (more)
            memcpy(out + made, texts + borders[part], (size_t)more);
        made += more;
        reached = end;
    }
    return made;
}
