/* Where in a column something else stands than small letters and digits: most texts have few such marks, which tell what
 * they are. */

#ifndef CONTACTPREP_MARKS_H
#define CONTACTPREP_MARKS_H

#include "cells.h"

enum {
    MOST_BITS = 64, /* most bytes of a text whose marks are asked for */
    STRETCH = 16    /* so many times as many bytes are looked at in one go */
};

/* The marks of a stretch of the data, a bit for each byte, the first byte's is the lowest; further ones are read when they
 * are asked for. */
typedef struct {
    const uint8_t *data;
    int64_t size, begin;
    uint64_t bits[STRETCH + 1];
} Marks;

static inline bool is_mark(uint8_t byte)
{
    return (uint8_t)(byte - 'a') > 'z' - 'a' && (uint8_t)(byte - '0') > '9' - '0';
}

/* Returns the marks of MOST_BITS bytes. */
static inline uint64_t read_marks(const uint8_t *byte)
{
    uint8_t are[MOST_BITS];
    uint64_t bits = 0;
    /* Two steps, of which compilers do the first many bytes at once. */
    for (int64_t at = 0; at < MOST_BITS; at++)
        are[at] = is_mark(byte[at]);
    for (int64_t at = 0; at < MOST_BITS; at += 8) {
        uint64_t eight = 0;
        for (int64_t place = 0; place < 8; place++)
            eight |= (uint64_t)are[at + place] << 8 * place;
        /* The lowest bits of eight bytes, one beside the other. */
        bits |= (eight * UINT64_C(0x0102040810204080) >> 56) << at;
    }
    return bits;
}

static void read_stretch(Marks *marks, int64_t begin)
{
    marks->begin = begin;
    for (int64_t at = 0; at <= STRETCH; at++, begin += MOST_BITS) {
        if (marks->size - begin >= MOST_BITS) {
            marks->bits[at] = read_marks(marks->data + begin);
            continue;
        }
        uint8_t rest[MOST_BITS] = {0};
        if (begin < marks->size)
            memcpy(rest, marks->data + begin, (size_t)(marks->size - begin));
        marks->bits[at] = read_marks(rest);
    }
}

/* Returns the marks of a text of the data; each begins behind the last one that was asked for.
 *
 * begin: where, as a position. size: its bytes, from 1 to MOST_BITS. */
static inline uint64_t marks_of(Marks *marks, int64_t begin, int64_t size)
{
    if (begin - marks->begin >= STRETCH * MOST_BITS)
        read_stretch(marks, begin);
    const uint64_t *bits = marks->bits + (begin - marks->begin) / MOST_BITS;
    const int64_t before = (begin - marks->begin) % MOST_BITS;
    return (bits[0] >> before | bits[1] << 1 << (MOST_BITS - 1 - before)) & UINT64_MAX >> (MOST_BITS - size);
}

/* Begins to read the marks of some data. */
static inline void begin_marks(Marks *marks, const uint8_t *data, int64_t size)
{
    marks->data = data;
    marks->size = size;
    read_stretch(marks, 0);
}

/* Returns which bit is the lowest that is set; one is. */
static inline int64_t place_of_lowest(uint64_t bits)
{
    return __builtin_ctzll(bits);
}

/* Returns which bit is the highest that is set; one is. */
static inline int64_t place_of_highest(uint64_t bits)
{
    return 63 - __builtin_clzll(bits);
}

/* Returns whether no mark stands beside another one, or at an end of a text of so many bytes. */
static inline bool are_inside_and_apart(uint64_t marks, int64_t size)
{
    return !(marks & (marks << 1 | 1 | UINT64_C(1) << (size - 1)));
}

#endif
