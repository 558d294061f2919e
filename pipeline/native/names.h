/* Many names, found by their bytes. */

#ifndef CONTACTPREP_NAMES_H
#define CONTACTPREP_NAMES_H

#include "kernel.h"

/* Names and their slots: of a power of two and more of them than names. A slot is 0, or holds the upper half of a name's
 * hash above its place and 1. For each first byte sizes has bits that say how long such names are. */
typedef struct {
    Texts texts;
    const uint64_t *slots;
    int64_t slot_count;
    const uint64_t *sizes; /* 256 */
} Names;

/* Returns the bit of a size: all sizes from 63 on have one. */
static inline uint64_t size_bit(int64_t size)
{
    return (uint64_t)1 << (size < 63 ? size : 63);
}

static inline uint64_t load_word(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Returns a number for some bytes, at least one: of their first and last eight, and how many they are. What lies between
 * tells few names apart that are not told apart by these. */
static inline uint64_t hash_bytes(const uint8_t *bytes, int64_t size)
{
    uint64_t first = 0, last = 0;
    if (size >= 8) {
        first = load_word(bytes);
        last = load_word(bytes + size - 8);
    } else {
        for (int64_t at = 0; at < size; at++)
            first = first << 8 | bytes[at];
    }
    uint64_t mixed = (first ^ (uint64_t)size) * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 32 ^ last) * 0xD6E8FEB86659FD93u;
    return mixed ^ mixed >> 32;
}

/* Returns the place of a text of at least a byte among some names, or -1. */
static inline int64_t find_name(const uint8_t *bytes, int64_t size, const Names *names)
{
    if (!(names->sizes[*bytes] & size_bit(size)))
        return -1;
    const uint64_t hash = hash_bytes(bytes, size), mask = (uint64_t)names->slot_count - 1;
    for (uint64_t slot = hash & mask; names->slots[slot]; slot = (slot + 1) & mask) {
        if (names->slots[slot] >> 32 != hash >> 32)
            continue;
        int64_t place = (int64_t)(names->slots[slot] & 0xFFFFFFFFu) - 1;
        int64_t begin = names->texts.borders[place];
        if (names->texts.borders[place + 1] - begin == size && !memcmp(names->texts.data + begin, bytes, (size_t)size))
            return place;
    }
    return -1;
}

#endif
