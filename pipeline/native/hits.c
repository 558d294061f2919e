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
