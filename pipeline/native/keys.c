/* Keys of records: folded, hashed, and put in the order of their partitions. */

#include "kernel.h"

/* A word's first byte is its lowest, on disk too. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte of a word is its lowest");

#define WORD ((int64_t)sizeof(uint64_t))
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Finds the texts that hold other than ASCII; returns how many.
 * data, borders: count texts, one behind the other.
 * others: of count texts, the positions of those, ascending. */
KERNEL int64_t find_others(const uint8_t *data, const int64_t *borders, int64_t count, int64_t *others)
{
    int64_t end = borders[count], found = 0, text = 0;
    for (int64_t at = borders[0]; at < end; at++) {
        uint64_t words[8], high = 0;
        if (end - at >= (int64_t)sizeof words) {
            memcpy(words, data + at, sizeof words);
            for (int word = 0; word < 8; word++)
                high |= words[word];
            if (!(high & HIGH_BITS)) {
                at += (int64_t)sizeof words - 1;
                continue;
            }
        }
        if (data[at] < 0x80)
            continue;
        while (borders[text + 1] <= at)
            text++;
        others[found++] = text;
        at = borders[text + 1] - 1;
    }
    return found;
}

/* Writes texts with A to Z in lower case, but others in their stead where these are given; returns how many bytes.
 * data, borders: count texts, one behind the other.
 * others, texts, text_borders: of so many as other_count, ascending, the position among those, and the text.
 * out: where to, of just the size that is made.
 * out_borders: count + 1 of them. */
KERNEL int64_t fold_texts(const uint8_t *data, const int64_t *borders, int64_t count, const int64_t *others,
                          const uint8_t *texts, const int64_t *text_borders, int64_t other_count, uint8_t *out,
                          int64_t *out_borders)
{
    int64_t text = 0, made = 0;
    for (int64_t other = 0; other <= other_count; other++) {
        int64_t last = other < other_count ? others[other] : count, begin = borders[text], size = borders[last] - begin;
        const uint8_t *from = data + begin;
        uint8_t *to = out + made;
        for (int64_t at = 0; at < size; at++)
            to[at] = (uint8_t)(from[at] + ((uint8_t)(from[at] - 'A') < 26) * ('a' - 'A'));
        for (; text <= last; text++)
            out_borders[text] = borders[text] - begin + made;
        made += size;
        if (other < other_count) {
            size = text_borders[other + 1] - text_borders[other];
            memcpy(out + made, texts + text_borders[other], (size_t)size);
            made += size;
        }
    }
    return made;
}

/* SplitMix64: its step and its finaliser, after which every bit of the state depends on every bit before
 * (Steele, Lea and Flood 2014; variant 13 of Stafford). */
#define STEP UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t mixed(uint64_t state)
{
    state = (state ^ (state >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    state = (state ^ (state >> 27)) * UINT64_C(0x94D049BB133111EB);
    return state ^ (state >> 31);
}

/* Fills in the hashes of byte strings; returns how many there are. String i is the lengths[i] bytes from data[starts[i]] on.
 * A string is taken by words of 8 bytes, of which the last ends where it does and shares bytes with the one before; that
 * of a shorter string is filled with 0. */
KERNEL int64_t hash_strings(const uint8_t *data, const int64_t *starts, const int64_t *lengths, uint64_t *hashes,
                            int64_t count)
{
    for (int64_t string = 0; string < count; string++) {
        const uint8_t *bytes = data + starts[string];
        int64_t size = lengths[string];
        uint64_t word = 0, state = (uint64_t)size * STEP;
        for (int64_t at = 0; at + WORD < size; at += WORD) {
            memcpy(&word, bytes + at, sizeof word);
            state = mixed(state ^ word);
        }
        if (size >= WORD)
            memcpy(&word, bytes + size - WORD, sizeof word);
        for (int64_t at = 0; size < WORD && at < size; at++)
            word |= (uint64_t)bytes[at] << (8 * at);
        hashes[string] = size ? mixed(state ^ word) : state;
    }
    return count;
}

/* Whether one of count positions, which ascend, is a given one; moves on from a place among them up to there. */
static inline bool is_among(const int64_t *positions, int64_t count, int64_t *place, int64_t position)
{
    while (*place < count && positions[*place] < position)
        ++*place;
    return *place < count && positions[*place] == position;
}

/* Chooses keys: those of count texts that a record has a place for, and that are there and not empty; returns how many.
 * borders: count texts, one behind the other; present, first: a bit for each from the first one on whether it is there,
 *     or NULL.
 * others, other_borders, other_count: the positions of those that others stand for, ascending, and where these begin.
 * some, more: of count records, whether one of two reasons gives it a place.
 * rows: of count texts, the positions of those chosen, ascending.
 * chosen_borders: where each of them begins once they lie one behind the other, and the end; count + 1 at most. */
KERNEL int64_t choose_keys(const int64_t *borders, const uint8_t *present, int64_t first, const int64_t *others,
                           const int64_t *other_borders, int64_t other_count, const bool *some, const bool *more,
                           int64_t count, int64_t *rows, int64_t *chosen_borders)
{
    int64_t chosen = 0, end = 0, other = 0;
    for (int64_t text = 0; text < count; text++) {
        int64_t size = borders[text + 1] - borders[text];
        if (is_among(others, other_count, &other, text))
            size = other_borders[other + 1] - other_borders[other];
        /* Written always and kept if it counts: whether it does is not foreseen by a processor. */
        rows[chosen] = text;
        chosen_borders[chosen] = end;
        bool counts = (some[text] | more[text]) && size && is_there(present, first + text);
        chosen += counts;
        end += counts ? size : 0;
    }
    chosen_borders[chosen] = end;
    return chosen;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Returns a word with A to Z in lower case. */
static inline uint64_t lowered(uint64_t word)
{
    uint64_t seven = word & ~HIGH_BITS;
    uint64_t from_a = seven + (0x80 - 'A') * EACH_BYTE, behind_z = seven + (0x7f - 'Z') * EACH_BYTE;
    return word | (((from_a ^ behind_z) & ~word & HIGH_BITS) >> 2);
}

/* Copies chosen texts with A to Z in lower case; returns how many there are.
 * data, borders: texts, one behind the other.
 * others, texts, text_borders, other_count: the positions of those that others stand for, ascending, and these.
 * rows, count: the positions of those chosen, ascending.
 * out, out_borders: where to, and where each begins there, as choose_keys says. */
KERNEL int64_t take_keys(const uint8_t *data, const int64_t *borders, const int64_t *others, const uint8_t *texts,
                         const int64_t *text_borders, int64_t other_count, const int64_t *rows, int64_t count,
                         uint8_t *out, const int64_t *out_borders)
{
    int64_t other = 0;
    for (int64_t row = 0; row < count; row++) {
        bool whole = !is_among(others, other_count, &other, rows[row]);
        const uint8_t *from = whole ? data + borders[rows[row]] : texts + text_borders[other];
        uint8_t *to = out + out_borders[row];
        int64_t size = out_borders[row + 1] - out_borders[row];
        uint64_t word = 0;
        if (size < WORD) {
            memcpy(&word, from, (size_t)size);
            word = lowered(word);
            memcpy(to, &word, (size_t)size);
            continue;
        }
        for (int64_t at = 0; at + WORD < size; at += WORD) {
            memcpy(&word, from + at, sizeof word);
            word = lowered(word);
            memcpy(to + at, &word, sizeof word);
        }
        /* The last word ends where the text does, and shares bytes with the one before. */
        memcpy(&word, from + size - WORD, sizeof word);
        word = lowered(word);
        memcpy(to + size - WORD, &word, sizeof word);
    }
    return count;
}

/* Strikes out pairs of strings that differ; returns how many are left.
 * some, some_starts, others, other_starts, lengths: of count pairs, where they lie, as in hash_strings.
 * equal: whether the two are of one length, so far. */
KERNEL int64_t equal_strings(const uint8_t *some, const int64_t *some_starts, const uint8_t *others,
                             const int64_t *other_starts, const int64_t *lengths, bool *equal, int64_t count)
{
    int64_t left = 0;
    for (int64_t pair = 0; pair < count; pair++) {
        int64_t size = lengths[pair];
        if (equal[pair] && size)
            equal[pair] = memcmp(some + some_starts[pair], others + other_starts[pair], (size_t)size) == 0;
        left += equal[pair];
    }
    return left;
}

/* Counts keys by partition: by the highest bits of their hash; returns how many there are.
 * chosen, hashes, borders: of count records, whether it has a place in the file, and its key.
 * rows, sizes: for each of 2 to the power of bits partitions and the end, how many records lie before it, and how many
 *     bytes their keys have. */
KERNEL int64_t count_keys(const bool *chosen, const uint64_t *hashes, const int64_t *borders, int64_t count,
                          int64_t bits, int64_t *rows, int64_t *sizes)
{
    int64_t partitions = INT64_C(1) << bits;
    for (int64_t partition = 0; partition <= partitions; partition++)
        rows[partition] = sizes[partition] = 0;
    for (int64_t record = 0; record < count; record++)
        if (chosen[record]) {
            uint64_t behind = (hashes[record] >> (64 - bits)) + 1;
            rows[behind]++;
            sizes[behind] += borders[record + 1] - borders[record];
        }
    for (int64_t partition = 0; partition < partitions; partition++) {
        rows[partition + 1] += rows[partition];
        sizes[partition + 1] += sizes[partition];
    }
    return rows[partitions];
}

/* A record of the file. */
typedef struct {
    uint64_t hash;
    int64_t record, line, end;
    uint16_t filled;
    uint8_t accepted;
} Row;
#define ROW_BYTES 35
static const uint16_t NOT_COUNTED = 0;
_Static_assert(offsetof(Row, accepted) + 1 == ROW_BYTES, "a row has no gaps");

/* Puts keys in the order of their partitions, in each of which they keep theirs; returns how many there are.
 * chosen, hashes, borders, count, bits: as in count_keys; data: the keys' bytes.
 * records, lines, filled, accepted: the other columns; filled may be NULL.
 * rows, sizes: as count_keys gave them; on return, those of the next partition.
 * table, keys: as many rows of ROW_BYTES and bytes of keys as count_keys counted. */
KERNEL int64_t place_keys(const bool *chosen, const uint64_t *hashes, const int64_t *borders, int64_t count,
                          int64_t bits, const uint8_t *data, const int64_t *records, const int64_t *lines,
                          const uint16_t *filled, const bool *accepted, int64_t *rows, int64_t *sizes, uint8_t *table,
                          uint8_t *keys)
{
    int64_t placed = 0;
    for (int64_t record = 0; record < count; record++) {
        if (!chosen[record])
            continue;
        uint64_t partition = hashes[record] >> (64 - bits);
        int64_t size = borders[record + 1] - borders[record], begin = sizes[partition];
        if (size)
            memcpy(keys + begin, data + borders[record], (size_t)size);
        sizes[partition] = begin + size;
        /* Field by field: a row that is made first and copied then would be waited for. */
        uint8_t *row = table + ROW_BYTES * rows[partition]++;
        memcpy(row + offsetof(Row, hash), &hashes[record], sizeof hashes[record]);
        memcpy(row + offsetof(Row, record), &records[record], sizeof records[record]);
        memcpy(row + offsetof(Row, line), &lines[record], sizeof lines[record]);
        memcpy(row + offsetof(Row, end), &sizes[partition], sizeof sizes[partition]);
        memcpy(row + offsetof(Row, filled), filled ? &filled[record] : &NOT_COUNTED, sizeof NOT_COUNTED);
        row[offsetof(Row, accepted)] = accepted[record];
        placed++;
    }
    return placed;
}

/* Takes rows of files apart; returns how many are as place_keys wrote them: all, or the position of the first that is
 * not, where it stops.
 * table: rows of ROW_BYTES.
 * borders: of count runs and the end, the position of its first row; a run is what one file has of one partition, and
 *     its records ascend.
 * partitions: of count runs, the partition. bits: as in count_keys.
 * hashes, records, lines, ends, filled, accepted: a column for each part of a row. */
KERNEL int64_t take_rows(const uint8_t *table, const int64_t *borders, const int64_t *partitions, int64_t count,
                         int64_t bits, uint64_t *hashes, int64_t *records, int64_t *lines, int64_t *ends,
                         uint16_t *filled, bool *accepted)
{
    for (int64_t run = 0; run < count; run++) {
        int64_t before = INT64_MIN;
        for (int64_t at = borders[run]; at < borders[run + 1]; at++) {
            Row row;
            memcpy(&row, table + ROW_BYTES * at, ROW_BYTES);
            if (row.hash >> (64 - bits) != (uint64_t)partitions[run] || row.record <= before || row.accepted > 1)
                return at;
            before = row.record;
            hashes[at] = row.hash;
            records[at] = row.record;
            lines[at] = row.line;
            ends[at] = row.end;
            filled[at] = row.filled;
            accepted[at] = row.accepted;
        }
    }
    return borders[count];
}
