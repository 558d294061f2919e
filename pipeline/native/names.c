/* Which of many names texts are. */

#include "names.h"

/* Fills the slots of some names, none of them empty.
 *
 * slots: slot_count of them, all 0; a power of two, more than there are names. sizes: 256, all 0. */
KERNEL int64_t index_names(const uint8_t *data, const int64_t *borders, int64_t count, uint64_t *slots,
                           int64_t slot_count, uint64_t *sizes)
{
    for (int64_t place = 0; place < count; place++) {
        const uint8_t *name = data + borders[place];
        int64_t size = borders[place + 1] - borders[place];
        sizes[*name] |= size_bit(size);
        uint64_t hash = hash_bytes(name, size);
        uint64_t slot = hash & (uint64_t)(slot_count - 1);
        while (slots[slot])
            slot = (slot + 1) & (uint64_t)(slot_count - 1);
        slots[slot] = (hash >> 32) << 32 | (uint64_t)(place + 1);
    }
    return 0;
}

static inline uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* Finds n texts among some names in small letters.
 *
 * begins, ends: n places in the data between which a text stands; there is none unless the end is larger.
 * lowered: whether a text's capitals of ASCII count as small letters. None of these names is longer than 64 bytes.
 * rows, places: take the positions of those that are names, ascending, and which names; room for n.
 *
 * Returns how many are. */
KERNEL int64_t find_names(const uint8_t *data, const int64_t *begins, const int64_t *ends, int64_t count,
                          const uint8_t *names, const int64_t *borders, int64_t name_count, const uint64_t *slots,
                          int64_t slot_count, const uint64_t *sizes, int64_t lowered, int64_t *rows, int64_t *places)
{
    const Names known = {{names, borders, name_count}, slots, slot_count, sizes};
    int64_t found = 0;
    for (int64_t row = 0; row < count; row++) {
        const int64_t size = ends[row] - begins[row];
        uint8_t small[64];
        if (size <= 0)
            continue;
        const uint8_t *text = data + begins[row];
        if (lowered) {
            if (size > (int64_t)sizeof small || !(sizes[lower(*text)] & size_bit(size)))
                continue;
            for (int64_t at = 0; at < size; at++)
                small[at] = lower(text[at]);
            text = small;
        }
        int64_t place = find_name(text, size, &known);
        if (place >= 0) {
            rows[found] = row;
            places[found++] = place;
        }
    }
    return found;
}
