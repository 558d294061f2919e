/* Where in a column the cells of each set of marks stand. The first set is the empty one, which most cells have: four
 * of them are passed over at once, and others are taken by fours, since nobody foretells which of those have marks. */

#include "kernel.h"

#define FOUR ((int64_t)4)

/* Returns how many cells from a place on are taken at once. */
static inline int64_t next_few(int64_t at, int64_t count)
{
    return count - at < FOUR ? count - at : FOUR;
}

/* Returns whether four cells, or the fewer that are left, have no mark. */
static inline bool are_unmarked(const int16_t *which, int64_t few)
{
    uint64_t cells = 0;
    if (few == FOUR)
        memcpy(&cells, which, sizeof cells);
    else
        memcpy(&cells, which, (size_t)few * sizeof *which);
    return !cells;
}

/* Counts the cells of each set of marks; returns how many have a mark, or -1 where a set is none.
 * which: the sets of count cells, below sets.
 * counts: of each set, how many cells have it. */
KERNEL int64_t count_marked(const int16_t *which, int64_t count, int64_t sets, int64_t *counts)
{
    int64_t marked = 0;
    memset(counts, 0, (size_t)sets * sizeof *counts);
    for (int64_t at = 0; at < count; at += FOUR) {
        const int64_t few = next_few(at, count);
        if (are_unmarked(which + at, few))
            continue;
        for (int64_t cell = at; cell < at + few; cell++) {
            if (which[cell] < 0 || which[cell] >= sets)
                return -1;
            counts[which[cell]]++;
            marked += which[cell] != 0;
        }
    }
    counts[0] = count - marked;
    return marked;
}

/* Puts the cells that have a mark in the order of their sets, those of one set ascending; returns how many, or -1 where
 * `count_marked` has not counted these.
 * which, count, sets: as above.
 * begins: of each set, where its cells begin, of the first one the last place; they are moved behind their cells.
 * rows: room for so many cells as size says, which is one more than there are. */
KERNEL int64_t order_marked(const int16_t *which, int64_t count, int64_t sets, int64_t *begins, int64_t *rows,
                            int64_t size)
{
    int64_t ordered = 0;
    for (int64_t at = 0; at < count; at += FOUR) {
        const int64_t few = next_few(at, count);
        if (are_unmarked(which + at, few))
            continue;
        for (int64_t cell = at; cell < at + few; cell++) {
            if (which[cell] < 0 || which[cell] >= sets)
                return -1;
            const int64_t place = begins[which[cell]];
            if (place < 0 || place >= size)
                return -1;
            rows[place] = cell;
            begins[which[cell]] += which[cell] != 0;
            ordered += which[cell] != 0;
        }
    }
    return ordered;
}
