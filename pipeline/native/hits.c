/* Hits: places where one of a few things was seen. */

#include "kernel.h"

/* Counts hits of each kind, and notes the first ones; returns how many are noted, or -1 where a kind is none.
 * which: of count hits, the kind, below kinds.
 * most: how many are noted of a kind.
 * counts: of each kind, how many hits there are.
 * firsts: for each kind room for most of them: their positions among all, ascending. */
KERNEL int64_t first_hits(const int64_t *which, int64_t count, int64_t kinds, int64_t most, int64_t *counts,
                          int64_t *firsts)
{
    int64_t noted = 0;
    memset(counts, 0, (size_t)kinds * sizeof *counts);
    for (int64_t hit = 0; hit < count; hit++) {
        int64_t kind = which[hit];
        if (kind < 0 || kind >= kinds)
            return -1;
        if (counts[kind] < most) {
            firsts[kind * most + counts[kind]] = hit;
            noted++;
        }
        counts[kind]++;
    }
    return noted;
}

/* Puts hits in the order of their rows, those of one row as they come; returns how many, or -1 where a row is none.
 * rows, which: of count hits, the row, below all, and the kind.
 * begins: room for all + 1 numbers.
 * rows_out, which_out: the hits in their order. */
KERNEL int64_t order_hits(const int64_t *rows, const int64_t *which, int64_t count, int64_t all, int64_t *begins,
                          int64_t *rows_out, int64_t *which_out)
{
    memset(begins, 0, (size_t)(all + 1) * sizeof *begins);
    for (int64_t hit = 0; hit < count; hit++) {
        if (rows[hit] < 0 || rows[hit] >= all)
            return -1;
        begins[rows[hit] + 1]++;
    }
    for (int64_t row = 0; row < all; row++)
        begins[row + 1] += begins[row];
    for (int64_t hit = 0; hit < count; hit++) {
        int64_t at = begins[rows[hit]]++;
        rows_out[at] = rows[hit];
        which_out[at] = which[hit];
    }
    return count;
}

/* Takes the hits in some rows; returns how many, or -1 where a row is none.
 * wanted: of all rows, whether it is one of those.
 * rows, which, count: as in order_hits.
 * rows_out, which_out: room for count hits. */
KERNEL int64_t take_hits(const bool *wanted, int64_t all, const int64_t *rows, const int64_t *which, int64_t count,
                         int64_t *rows_out, int64_t *which_out)
{
    int64_t taken = 0;
    for (int64_t hit = 0; hit < count; hit++) {
        if (rows[hit] < 0 || rows[hit] >= all)
            return -1;
        rows_out[taken] = rows[hit];
        which_out[taken] = which[hit];
        taken += wanted[rows[hit]];
    }
    return taken;
}
