/* What every lane asks of a cell first: does it hold anything, and what of it is left without white space around it. */

#ifndef CONTACTPREP_CELLS_H
#define CONTACTPREP_CELLS_H

#include "kernel.h"

/* What a lane says of a cell: bits that all lanes share; each has the others for its own codes. */
enum {
    SAID_BLANK = 1,       /* C002 */
    SAID_PLACEHOLDER = 2, /* C003 */
    SAID_PADDED = 4,      /* C001 */
    SAID_OWN = 8,         /* the lowest bit of a lane's own */
    SAID_NOTHING = 0x8000 /* only the judge can tell */
};

/* Nothing is said of a cell yet: it holds something. */
enum { OPEN = -1 };

/* White space in ASCII. */
static inline bool is_white(uint8_t byte)
{
    return byte == ' ' || (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x1F);
}

/* How many bytes the white space has of which the first is here and is no ASCII: U+0085, U+00A0, U+1680, U+2000 to
 * U+200A, U+2028, U+2029, U+202F, U+205F or U+3000; 0 if it is none.
 *
 * With is_white it is what Python's str.strip takes away. */
static inline int64_t size_of_wide_white(const uint8_t *byte, const uint8_t *end)
{
    if (end - byte >= 2 && *byte == 0xC2)
        return byte[1] == 0x85 || byte[1] == 0xA0 ? 2 : 0;
    if (end - byte < 3 || *byte < 0xE1 || *byte > 0xE3)
        return 0;
    unsigned letter = (*byte & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
    bool is_blank = letter == 0x1680 || (letter >= 0x2000 && letter <= 0x200A) || letter == 0x2028 ||
                    letter == 0x2029 || letter == 0x202F || letter == 0x205F || letter == 0x3000;
    return is_blank ? 3 : 0;
}

/* How many bytes of white space a text that is not empty begins with, one character of it. */
static inline int64_t white_before(const uint8_t *begin, const uint8_t *end)
{
    return *begin < 0x80 ? is_white(*begin) : size_of_wide_white(begin, end);
}

/* How many bytes of white space it ends with, one character of it. */
static inline int64_t white_behind(const uint8_t *begin, const uint8_t *end)
{
    if (end[-1] < 0x80)
        return is_white(end[-1]);
    int64_t size = end - begin < 2 ? 0 : size_of_wide_white(end - 2, end);
    return size || end - begin < 3 ? size : size_of_wide_white(end - 3, end);
}

static inline uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool is_letter(uint8_t byte)
{
    uint8_t small = byte | 0x20;
    return small >= 'a' && small <= 'z';
}

/* Printable ASCII but the blank. */
static inline bool is_graphic(uint8_t byte)
{
    return byte >= '!' && byte <= '~';
}

/* Returns where a word in lower case ends with which a text begins in whatever case, or NULL. */
static inline const uint8_t *pass_word(const uint8_t *byte, const uint8_t *end, const char *word)
{
    for (; *word != 0; word++, byte++)
        if (byte == end || lower(*byte) != (uint8_t)*word)
            return NULL;
    return byte;
}

/* Some words in lower case, of one byte or more: how long they are, a bit for each size, and which bytes begin one in any
 * case. */
typedef struct {
    Texts texts;
    uint64_t sizes;
    bool begins[256];
} Words;

enum { MOST_SIZES = 64 };

static inline void index_words(Words *words, const uint8_t *data, const int64_t *borders, int64_t count)
{
    *words = (Words){.texts = {data, borders, count}};
    for (int64_t at = 0; at < count; at++) {
        uint8_t first = data[borders[at]];
        words->begins[first] = true;
        words->begins[first >= 'a' && first <= 'z' ? first & ~0x20 : first] = true;
        int64_t size = borders[at + 1] - borders[at];
        words->sizes |= UINT64_C(1) << (size < MOST_SIZES ? size : MOST_SIZES - 1);
    }
}

/* Whether a text that is not empty is one of these words, whatever its own case. */
static inline bool is_among(const uint8_t *begin, const uint8_t *end, const Words *words)
{
    int64_t wanted = end - begin;
    if (!words->begins[*begin] || !(words->sizes >> (wanted < MOST_SIZES ? wanted : MOST_SIZES - 1) & 1))
        return false;
    for (int64_t at = 0; at < words->texts.count; at++) {
        int64_t size = words->texts.borders[at + 1] - words->texts.borders[at];
        if (size != end - begin)
            continue;
        const uint8_t *word = words->texts.data + words->texts.borders[at];
        int64_t same = 0;
        while (same < size && lower(begin[same]) == word[same])
            same++;
        if (same == size)
            return true;
    }
    return false;
}

/* Returns what is said of a cell that holds nothing or a placeholder, or OPEN, and moves its borders past the white space
 * around it.
 *
 * An open cell holds something that begins and ends with a character which is no white space. It is no placeholder as
 * long as each of its characters can be seen and none is beyond ASCII: whoever decides another must prove that.
 * Source: schemas/kinds/blanks.py, `judge_blank`. */
static inline int64_t look_at(const uint8_t **begin, const uint8_t **end, const Words *placeholders)
{
    const uint8_t *first = *begin, *last = *end;
    if (first == last)
        return 0;
    for (int64_t size; first < last && (size = white_before(first, last)); first += size)
        ;
    for (int64_t size; first < last && (size = white_behind(first, last)); last -= size)
        ;
    *begin = first;
    *end = last;
    if (first == last)
        return SAID_BLANK;
    return is_among(first, last, placeholders) ? SAID_PLACEHOLDER : OPEN;
}

/* Copies bytes and returns where the next ones go. */
static inline uint8_t *put(uint8_t *out, const uint8_t *begin, const uint8_t *end)
{
    memcpy(out, begin, (size_t)(end - begin));
    return out + (end - begin);
}

/* The values of some cells, one behind the other. Cells that keep their texts are copied together, or not at all. */
typedef struct {
    const uint8_t *kept; /* from here on all cells keep their texts: they are not yet copied */
    uint8_t *out, *next;
    bool differ;         /* a cell has another value than its text */
} Values;

/* Returns where the value of a cell that does not keep its text goes; `next` is to be moved behind it.
 *
 * first, last: the cell. */
static inline uint8_t *begin_value(Values *values, const uint8_t *first, const uint8_t *last)
{
    values->next = put(values->next, values->kept, first);
    values->kept = last;
    values->differ = true;
    return values->next;
}

/* Returns how many bytes the values have up to a cell that ends here. */
static inline int64_t size_of_values(const Values *values, const uint8_t *last)
{
    return values->next - values->out + (last - values->kept);
}

/* Copies the last cells that keep their texts; returns whether one does not, else nothing is written.
 *
 * last: the end of all cells. */
static inline bool end_values(Values *values, const uint8_t *last)
{
    if (values->differ)
        values->next = put(values->next, values->kept, last);
    return values->differ;
}

#endif
