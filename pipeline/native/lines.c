/* Lines of output files. */

#include "kernel.h"

/* Texts are copied by stretches of so many bytes; which of a stretch are the text's stands in INSIDE, from
 * STRETCH - size on. */
#define STRETCH 16
typedef uint8_t Stretch __attribute__((vector_size(STRETCH)));
static const uint8_t INSIDE[2 * STRETCH] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* No number has more digits. */
#define DIGITS 20
/* The digits of 0 to 99. */
static const char PAIRS[] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

enum { NUMBER, TEXT, CELL };

/* What a place of a line is filled with. */
typedef struct {
    int64_t what;           /* NUMBER: the row's number; TEXT: the kind's text as it is; CELL: the row's, as a cell */
    const int64_t *numbers; /* the numbers, or the borders of the texts */
    const uint8_t *data;    /* of the texts */
    const uint8_t *present; /* a bit for each text, unset where it is missing: an empty cell; NULL if none is */
    int64_t skipped;        /* how many bits stand before the first text's */
    int64_t first;          /* which row or kind the first number or text is that of */
    int64_t count;          /* how many there are */
} Slot;

_Static_assert(sizeof(Slot) == 7 * sizeof(int64_t), "a slot is seven numbers to who fills it in");

/* Writes a text in quotes, its own doubled, which takes 2 * size + 2 bytes at most; returns where it ends. */
static uint8_t *write_quoted(uint8_t *out, const uint8_t *text, int64_t size)
{
    const uint8_t *end = text + size;
    *out++ = '"';
    while (text < end) {
        const uint8_t *quote = memchr(text, '"', (size_t)(end - text));
        int64_t run = quote ? quote + 1 - text : end - text;
        memcpy(out, text, (size_t)run);
        out += run;
        text += run;
        if (quote)
            *out++ = '"';
    }
    *out++ = '"';
    return out;
}

/* Returns the bytes of a stretch that ask for quotes around their cell: comma, quote, CR, LF (RFC 4180, section 2). */
static inline Stretch asking(Stretch stretch)
{
    return (Stretch)((stretch == ',') | (stretch == '"') | (stretch == '\r') | (stretch == '\n'));
}

/* Writes a text as a cell; returns where it ends. Up to STRETCH bytes behind that may be overwritten.
 * readable: how many bytes may be read from the text's first on; no less than its size. */
static inline uint8_t *write_cell(uint8_t *out, const uint8_t *text, int64_t size, int64_t readable)
{
    Stretch stretch = {0}, inside, found = {0};
    int64_t at = 0;
    for (; at + STRETCH <= size; at += STRETCH) {
        memcpy(&stretch, text + at, STRETCH);
        memcpy(out + at, &stretch, STRETCH);
        found |= asking(stretch);
    }
    if (at + STRETCH <= readable)
        memcpy(&stretch, text + at, STRETCH);
    else
        memcpy(&stretch, text + at, (size_t)(size - at));
    memcpy(out + at, &stretch, STRETCH);
    memcpy(&inside, INSIDE + STRETCH - (size - at), STRETCH);
    found |= asking(stretch) & inside;
    uint64_t words[STRETCH / sizeof(uint64_t)];
    memcpy(words, &found, STRETCH);
    return words[0] | words[1] ? write_quoted(out, text, size) : out + size;
}

/* Writes a number in decimal digits, DIGITS of them at most; returns where it ends. */
static inline uint8_t *write_number(uint8_t *out, uint64_t number)
{
    int64_t size = 1;
    for (uint64_t least = 10; number >= least && size < DIGITS; least *= 10)
        size++;
    uint8_t *digit = out + size;
    for (; number >= 100; number /= 100)
        memcpy(digit -= 2, PAIRS + 2 * (number % 100), 2);
    if (number >= 10)
        memcpy(out, PAIRS + 2 * number, 2);
    else
        *out = (uint8_t)('0' + number);
    return out + size;
}

/* Writes lines of cells, commas between them and a LF behind each, as far as there is room; returns how many, or -1
 * where a row or kind has no number or text.
 * slots: what fills the places of all layouts; those of layout l are slots[begins[l]] up to slots[begins[l + 1]], not
 *     included, at least one.
 * layouts: which layout the lines of each kind have.
 * rows, which: of each of count lines, the row that it tells of, and its kind.
 * data: where to, of so many bytes as capacity says. While a line is written, it takes more room than in the end: that of
 *     its longest cell with each byte doubled, and some.
 * lengths: of count lines, how many bytes each has. */
KERNEL int64_t write_lines(const Slot *slots, const int64_t *begins, const int64_t *layouts, int64_t kinds,
                           const int64_t *rows, const int64_t *which, int64_t count, uint8_t *data, int64_t capacity,
                           int64_t *lengths)
{
    uint8_t *out = data, *const end = data + capacity;
    for (int64_t line = 0; line < count; line++) {
        uint8_t *const begin = out;
        int64_t kind = which[line];
        if (kind < 0 || kind >= kinds)
            return -1;
        const Slot *const last = slots + begins[layouts[kind] + 1];
        for (const Slot *slot = slots + begins[layouts[kind]]; slot < last; slot++) {
            uint64_t at = (uint64_t)(slot->what == TEXT ? kind : rows[line]) - (uint64_t)slot->first;
            if (at >= (uint64_t)slot->count)
                return -1;
            /* A comma, or two quotes and a LF for a line of one empty cell. */
            int64_t room = end - out - STRETCH - 3;
            if (slot->what == NUMBER) {
                if (room < DIGITS)
                    return line;
                out = write_number(out, (uint64_t)slot->numbers[at]);
            } else {
                int64_t from = slot->numbers[at], size = slot->numbers[at + 1] - from;
                uint64_t bit = (uint64_t)slot->skipped + at;
                if (slot->present && !(slot->present[bit >> 3] >> (bit & 7) & 1))
                    size = 0;
                if (room < 2 * size + 2)
                    return line;
                if (size && slot->what == CELL)
                    out = write_cell(out, slot->data + from, size, slot->numbers[slot->count] - from);
                else if (size) {
                    memcpy(out, slot->data + from, (size_t)size);
                    out += size;
                }
            }
            *out++ = ',';
        }
        if (out == begin + 1) {
            /* A line of one empty cell would be a blank one, which is no record. */
            begin[0] = begin[1] = '"';
            out = begin + 3;
        }
        out[-1] = '\n';
        lengths[line] = out - begin;
    }
    return count;
}
