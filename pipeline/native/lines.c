/* Lines of output files. */

#include "kernel.h"

/* Texts are copied and looked at by stretches of so many bytes. */
#define STRETCH 16
typedef uint8_t Stretch __attribute__((vector_size(STRETCH)));

/* A text of up to so many bytes is copied as if it had all of them, which takes less time than to ask how many. */
#define SHORT (3 * STRETCH)
/* Which of SHORT bytes are a text's of fewer stands here, from SHORT - size on. */
static const uint8_t INSIDE[2 * SHORT] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                          1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* No number has more digits. */
#define DIGITS 20
/* The digits of 0 to 99. */
static const char PAIRS[] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* What is the row's, but for SAID, a text of the kind. A CELL gets quotes where it needs them, a TEXT needs none. */
enum { NUMBER, TEXT, CELL, SAID };

/* What a place of a line is filled with. */
typedef struct {
    int64_t what;           /* see above */
    const int64_t *numbers; /* the numbers, or the borders of the texts */
    const uint8_t *data;    /* of the texts */
    int64_t size;           /* how many bytes may be read there */
    const uint8_t *present; /* a bit for each text, unset where it is missing: an empty cell; NULL if none is */
    int64_t skipped;        /* how many bits stand before the first text's */
    int64_t first;          /* which row or kind the first number or text is that of */
    int64_t count;          /* how many there are */
} Slot;

_Static_assert(sizeof(Slot) == 8 * sizeof(int64_t), "a slot is eight numbers to who fills it in");

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

static inline Stretch load_stretch(const uint8_t *bytes)
{
    Stretch stretch;
    memcpy(&stretch, bytes, STRETCH);
    return stretch;
}

static inline bool is_any(Stretch stretch)
{
    uint64_t words[STRETCH / sizeof(uint64_t)];
    memcpy(words, &stretch, STRETCH);
    return (words[0] | words[1]) != 0;
}

/* Returns the bytes of a stretch that ask for quotes around their cell: comma, quote, CR, LF (RFC 4180, section 2). */
static inline Stretch asking(Stretch stretch)
{
    return (Stretch)((stretch == ',') | (stretch == '"') | (stretch == '\r') | (stretch == '\n'));
}

/* Returns whether a text of more than a stretch needs quotes around it as a cell. */
static bool needs_quotes(const uint8_t *text, int64_t size)
{
    Stretch found = asking(load_stretch(text + size - STRETCH));
    for (int64_t at = 0; size - at > STRETCH; at += STRETCH)
        found |= asking(load_stretch(text + at));
    return is_any(found);
}

/* Writes SHORT bytes, of which the first ones, as many as size says, are a cell; returns whether that needs quotes. */
static inline bool write_short_cell(uint8_t *out, const uint8_t *text, int64_t size)
{
    Stretch found = {0};
    for (int64_t at = 0; at < SHORT; at += STRETCH) {
        Stretch stretch = load_stretch(text + at);
        memcpy(out + at, &stretch, STRETCH);
        found |= asking(stretch) & load_stretch(INSIDE + SHORT - size + at);
    }
    return is_any(found);
}

/* Writes a text; returns where it ends. Up to SHORT bytes behind that may be overwritten.
 * is_cell: whether it is a cell, or written as it is.
 * readable: how many bytes may be read from the text's first on; no less than its size. */
static inline uint8_t *write_text(uint8_t *out, const uint8_t *text, int64_t size, int64_t readable, bool is_cell)
{
    uint8_t room[SHORT];
    if (size > SHORT) {
        if (is_cell && needs_quotes(text, size))
            return write_quoted(out, text, size);
        memcpy(out, text, (size_t)size);
        return out + size;
    }
    if (readable < SHORT) {
        memset(room, 0, SHORT);
        text = memcpy(room, text, (size_t)size);
    }
    if (!is_cell)
        memcpy(out, text, SHORT);
    else if (write_short_cell(out, text, size))
        return write_quoted(out, text, size);
    return out + size;
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
 * data: where to, of so many bytes as capacity says. While a line is written, it takes more room than in the end: that
 *     of many bytes for each cell, and of its longest one with each byte doubled.
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
        /* For short texts alone: each with its bytes doubled, quotes around it and a comma; and what is overwritten. */
        int64_t room = (begins[layouts[kind] + 1] - begins[layouts[kind]]) * (2 * SHORT + 3) + SHORT;
        if (end - out < room)
            return line;
        for (const Slot *slot = slots + begins[layouts[kind]]; slot < last; slot++) {
            uint64_t at = (uint64_t)(slot->what == SAID ? kind : rows[line]) - (uint64_t)slot->first;
            if (at >= (uint64_t)slot->count)
                return -1;
            if (slot->what == NUMBER) {
                out = write_number(out, (uint64_t)slot->numbers[at]);
            } else {
                int64_t from = slot->numbers[at], size = slot->numbers[at + 1] - from;
                uint64_t bit = (uint64_t)slot->skipped + at;
                /* Not by a jump: which texts are missing, no processor foretells. */
                if (slot->present)
                    size &= -(int64_t)(slot->present[bit >> 3] >> (bit & 7) & 1);
                if (size > SHORT && end - out < room + 2 * size)
                    return line;
                out = write_text(out, slot->data + from, size, slot->size - from, slot->what == CELL);
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

/* Returns whether no text of a column needs quotes around it as a cell. Sure is only that none does: who looks at a few
 * bytes at once sees all that is below a blank as one. */
KERNEL int64_t are_plain(const uint8_t *data, int64_t size)
{
    for (int64_t at = 0; at < size;) {
        const int64_t end = size - at > 4096 ? at + 4096 : size;
        uint8_t least = ' ', asks = 0;
        for (; at < end; at++) {
            least = data[at] < least ? data[at] : least;
            asks |= data[at] == ',' || data[at] == '"';
        }
        if (asks || least < ' ')
            return false;
    }
    return true;
}
