/* The index of keys: a table of slots in memory, and a file of rows that they point to. */

#include "kernel.h"

/* A slot: 24 bits of a key's hash, its tag, above 40 bits of where its row begins in the file, counted from 1; 0 if the
 * slot is free. */
#define PLACE_BITS 40
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)

/* Keys between one that is sought and the one whose slot is asked of memory meanwhile. */
#define AHEAD 16

/* A row of the file; its key is behind it. */
typedef struct {
    int64_t record, line;
    uint32_t size;
    uint16_t filled;
    uint8_t accepted;
} Row;
#define ROW_BYTES 23
_Static_assert(offsetof(Row, accepted) + 1 == ROW_BYTES, "a row has no gaps");

/* SplitMix64: its step and its finaliser, after which every bit of the state depends on every bit before
 * (Steele, Lea and Flood 2014; variant 13 of Stafford). */
#define STEP UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t mixed(uint64_t state)
{
    state = (state ^ (state >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    state = (state ^ (state >> 27)) * UINT64_C(0x94D049BB133111EB);
    return state ^ (state >> 31);
}

/* Hashes keys; returns how many there are.
 * A key is taken by words of 8 bytes, of which the last ends where it does and shares bytes with the one before; that of
 * a shorter key is filled with 0.
 * data, borders, count: the keys. secret: other hashes for each. hashes: count of them. */
KERNEL int64_t hash_keys(const uint8_t *data, const int64_t *borders, int64_t count, int64_t secret, uint64_t *hashes)
{
    for (int64_t key = 0; key < count; key++) {
        const uint8_t *bytes = data + borders[key];
        int64_t size = borders[key + 1] - borders[key], whole = (int64_t)sizeof(uint64_t);
        uint64_t word = 0, state = (uint64_t)secret ^ (uint64_t)size * STEP;
        for (int64_t at = 0; at + whole < size; at += whole) {
            memcpy(&word, bytes + at, sizeof word);
            state = mixed(state ^ word);
        }
        if (size >= whole)
            memcpy(&word, bytes + size - whole, sizeof word);
        for (int64_t at = 0; size < whole && at < size; at++)
            word |= (uint64_t)bytes[at] << (8 * at);
        hashes[key] = mixed(state ^ word);
    }
    return count;
}

/* Returns the slot where the search for a key begins: of all, in the proportion of the hash's upper half. */
static inline int64_t home_of(uint64_t hash, int64_t slot_count)
{
    return (int64_t)((hash >> 32) * (uint64_t)slot_count >> 32);
}

/* Returns what a slot holds of a hash. */
static inline uint64_t tag_of(uint64_t hash)
{
    return hash << PLACE_BITS;
}

/* Seeks keys in their order, each up to the first slot of its tag or a free one; returns how many met another's row.
 * slots, slot_count: the table, of which a slot is free.
 * hashes, borders, count: the keys, and where each begins among all their bytes; their rows lie in the file from base on.
 * insert: whether a free slot is filled with the key's own row; else whoever comes to one meets nothing: -1.
 * again: how many of the keys are sought, from behind the slot where they met a row; negative for all, from the start.
 * met, slots_met, rows_met: which key met another's row, ascending; in which slot; where in the file it begins. If again
 *     is not negative, the first so many are from when they met one before. */
KERNEL int64_t seek_keys(uint64_t *slots, int64_t slot_count, const uint64_t *hashes, const int64_t *borders,
                         int64_t count, int64_t base, int64_t insert, int64_t again, int64_t *met, int64_t *slots_met,
                         int64_t *rows_met)
{
    int64_t found = 0, sought = again < 0 ? count : again;
    for (int64_t at = 0; at < sought; at++) {
        if (again < 0 && at + AHEAD < count)
            __builtin_prefetch(slots + home_of(hashes[at + AHEAD], slot_count), 1);
        int64_t key = again < 0 ? at : met[at];
        int64_t slot = again < 0 ? home_of(hashes[key], slot_count) : slots_met[at] + 1;
        uint64_t tag = tag_of(hashes[key]), own = (uint64_t)(base + ROW_BYTES * key + borders[key] + 1);
        for (;; slot++) {
            if (slot == slot_count)
                slot = 0;
            if (!slots[slot] || !((slots[slot] ^ tag) >> PLACE_BITS))
                break;
        }
        if (!slots[slot] && insert)
            slots[slot] = tag | own;
        if ((slots[slot] & PLACE_MASK) == own)
            continue;
        met[found] = key;
        slots_met[found] = slot;
        rows_met[found++] = (int64_t)(slots[slot] & PLACE_MASK) - 1;
    }
    return found;
}

/* Writes rows, each with its key behind it, as long as there is room; returns how many.
 * records, lines, filled, accepted, borders, data, count: the columns.
 * out, room: where to, and how many bytes. */
KERNEL int64_t pack_rows(const int64_t *records, const int64_t *lines, const uint16_t *filled, const bool *accepted,
                         const int64_t *borders, const uint8_t *data, int64_t count, uint8_t *out, int64_t room)
{
    for (int64_t row = 0; row < count; row++) {
        int64_t size = borders[row + 1] - borders[row];
        uint32_t narrow = (uint32_t)size;
        if (room < ROW_BYTES + size)
            return row;
        /* Part by part: a row that is made first and copied then would be waited for. */
        memcpy(out + offsetof(Row, record), &records[row], sizeof records[row]);
        memcpy(out + offsetof(Row, line), &lines[row], sizeof lines[row]);
        memcpy(out + offsetof(Row, size), &narrow, sizeof narrow);
        memcpy(out + offsetof(Row, filled), &filled[row], sizeof filled[row]);
        out[offsetof(Row, accepted)] = accepted[row];
        memcpy(out + ROW_BYTES, data + borders[row], (size_t)size);
        out += ROW_BYTES + size;
        room -= ROW_BYTES + size;
    }
    return count;
}

/* Takes rows apart that keys met, and compares their keys; returns how many are as pack_rows writes them: all, or the
 * position of the first that is not, where it stops.
 * rows, size: bytes of the file, and how many. places: of count rows, where they begin there.
 * met: of count rows, the position of the key that met them. borders, data: these keys.
 * records, lines, filled, accepted: a column for each part of a row.
 * same: whether the row's key is the one that met it. */
KERNEL int64_t compare_rows(const uint8_t *rows, int64_t size, const int64_t *places, const int64_t *met, int64_t count,
                            const int64_t *borders, const uint8_t *data, int64_t *records, int64_t *lines,
                            uint16_t *filled, bool *accepted, bool *same)
{
    for (int64_t at = 0; at < count; at++) {
        Row row;
        int64_t begin = places[at], key = borders[met[at]], length = borders[met[at] + 1] - key;
        if (begin < 0 || size - begin < ROW_BYTES)
            return at;
        memcpy(&row, rows + begin, ROW_BYTES);
        begin += ROW_BYTES;
        bool alike = row.size == length;
        if (!row.record || !row.size || row.accepted > 1 || (alike && size - begin < length))
            return at;
        same[at] = alike && memcmp(rows + begin, data + key, (size_t)length) == 0;
        records[at] = row.record;
        lines[at] = row.line;
        filled[at] = row.filled;
        accepted[at] = row.accepted;
    }
    return count;
}
