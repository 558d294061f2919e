/* The cells of regular records, column by column.
 *
 * A record is regular where each quote opens a quoted cell, closes one, or is half of a pair inside one. Its cells are
 * looked for twice: at first how long they are, and then for themselves, to fill memory that just holds them.
 */

#include "kernel.h"

enum { LF = '\n', CR = '\r' };

/* A place in some records, and what is known there.
 *
 * Each column has rows + 1 borders, and of the first cells up to this place all borders are known; so are the lines on
 * which records begin, and the line behind each. */
typedef struct {
    const uint8_t *data;
    int64_t size, width, rows;
    uint8_t delimiter, quote;
    int64_t *borders, *lines;
    int64_t row, column, line;
    int64_t start;  /* of the cell in hand */
    int64_t quotes; /* of the cell so far */
    int64_t closed; /* the last that closed it */
    bool inside;    /* of quotes */
} Walk;

/* Returns a bit for each of 64 bytes, the lowest for the first: whether it separates, quotes, or ends a line. */
static inline uint64_t marks_among(const uint8_t *bytes, uint8_t delimiter, uint8_t quote)
{
    uint8_t found[64];
    for (int at = 0; at < 64; at++)
        found[at] = (bytes[at] == delimiter) | (bytes[at] == quote) | (bytes[at] == LF) | (bytes[at] == CR);
    return bits_of(found);
}

/* Notes that the cell in hand ends before a place. Returns whether it may. */
static inline bool end_cell(Walk *walk, int64_t at)
{
    if (walk->column == walk->width || walk->row == walk->rows || (walk->quotes && walk->closed != at - 1))
        return false;
    int64_t *border = walk->borders + walk->column * (walk->rows + 1) + walk->row;
    /* The outer quotes are no text, and of each pair inside one is. */
    border[1] = border[0] + (at - walk->start) - (walk->quotes ? 1 + walk->quotes / 2 : 0);
    walk->quotes = 0;
    walk->column++;
    return true;
}

/* Notes that the record in hand ends before a place, with its line. Returns whether it may. */
static inline bool end_record(Walk *walk, int64_t at)
{
    if (!end_cell(walk, at) || walk->column != walk->width)
        return false;
    walk->lines[++walk->row] = ++walk->line;
    walk->column = 0;
    return true;
}

/* Passes a byte that separates, quotes, or ends a line. Returns whether it may stand where it does. */
static inline bool pass(Walk *walk, int64_t at)
{
    uint8_t byte = walk->data[at];
    if (byte == walk->quote) {
        if (walk->inside)
            walk->closed = at;
        else if (walk->quotes ? walk->closed != at - 1 : walk->start != at)
            return false;
        walk->inside = !walk->inside;
        walk->quotes++;
        return true;
    }
    if (byte == walk->delimiter) {
        if (walk->inside)
            return true;
        bool may = end_cell(walk, at);
        walk->start = at + 1;
        return may;
    }
    bool is_half = byte == CR && at + 1 < walk->size && walk->data[at + 1] == LF;
    if (walk->inside) {
        walk->line += !is_half;
        return true;
    }
    /* The LF of a CRLF was passed with its CR. */
    if (at < walk->start)
        return true;
    bool may = end_record(walk, at);
    walk->start = at + 1 + is_half;
    return may;
}

/* Finds out how long the cells of regular records are. Returns how many records there are, or -1 if they are not
 * regular, not all of one width, or more than there is room for.
 *
 * data, size: whole records; only the last may lack its line end.
 * delimiter, quote: one byte each.
 * width: how many cells each shall have.
 * rows: how many records there is room for.
 * borders: takes for each of width columns rows + 1 numbers: where in the text of the column each cell begins, and
 *     where the last one ends.
 * lines: takes rows + 1 numbers: on which line each record begins, and how many lines there are. */
KERNEL int64_t measure_cells(const uint8_t *data, int64_t size, int64_t delimiter, int64_t quote, int64_t width,
                             int64_t rows, int64_t *borders, int64_t *lines)
{
    Walk walk = {.data = data, .size = size, .width = width, .rows = rows, .delimiter = (uint8_t)delimiter,
                 .quote = (uint8_t)quote, .borders = borders, .lines = lines};
    lines[0] = 0;
    for (int64_t column = 0; column < width; column++)
        borders[column * (rows + 1)] = 0;
    for (int64_t block = 0; block < size; block += 64) {
        uint8_t room[64];
        const uint8_t *bytes = block_at(data, size, block, room);
        for (uint64_t marks = marks_among(bytes, walk.delimiter, walk.quote); marks; marks &= marks - 1)
            if (!pass(&walk, block + lowest_bit(marks)))
                return -1;
    }
    if (walk.inside || ((walk.start < size || walk.column) && !end_record(&walk, size)))
        return -1;
    return walk.row;
}

/* Counts a byte in each of some records, where it does not stand between quotes. Returns 0.
 *
 * starts, ends, rows: where the records begin, and end.
 * wanted: the byte.
 * quote: one that opens and closes quotes, or -1 for none.
 * counts: takes how often it stands in each. */
KERNEL int64_t count_in_records(const uint8_t *data, int64_t size, const int64_t *starts, const int64_t *ends,
                                int64_t rows, int64_t wanted, int64_t quote, int64_t *counts)
{
    for (int64_t row = 0; row < rows; row++) {
        bool inside = false;
        counts[row] = 0;
        for (int64_t block = starts[row]; block < ends[row]; block += 64) {
            uint8_t room[64];
            const uint8_t *bytes = block_at(data, size, block, room);
            uint64_t marks = marks_among(bytes, (uint8_t)wanted, (uint8_t)(quote < 0 ? wanted : quote));
            if (ends[row] - block < 64)
                marks &= (UINT64_C(1) << (ends[row] - block)) - 1;
            for (; marks; marks &= marks - 1) {
                uint8_t byte = bytes[lowest_bit(marks)];
                inside ^= byte == quote;
                counts[row] += byte == wanted && !inside;
            }
        }
    }
    return 0;
}

/* Copies some bytes. Where there is room for it on both sides more are copied, which is faster. */
static inline void copy(uint8_t *to, int64_t room, const uint8_t *from, int64_t left, int64_t count)
{
    /* Most addresses are shorter. */
    enum { STEP = 48 };
    if (room < STEP || left < STEP) {
        memcpy(to, from, (size_t)count);
        return;
    }
    memcpy(to, from, STEP);
    if (count > STEP)
        memcpy(to + STEP, from + STEP, (size_t)(count - STEP));
}

/* Writes the text of a quoted cell. Returns the place behind its closing quote.
 *
 * at: where its opening quote stands in data.
 * to, room: takes the text; so many bytes may be written.
 * letters: how many bytes it has. */
static int64_t write_unquoted(const uint8_t *data, int64_t size, int64_t at, uint8_t quote, uint8_t *to, int64_t room,
                              int64_t letters)
{
    /* Few cells hold a quote. */
    if (!memchr(data + at + 1, quote, (size_t)letters)) {
        copy(to, room, data + at + 1, size - at - 1, letters);
        return at + letters + 2;
    }
    for (;;) {
        int64_t from = at + 1;
        at = next_byte(data, from, size, quote);
        memcpy(to, data + from, (size_t)(at - from));
        to += at - from;
        if (++at >= size || data[at] != quote)
            return at;
        *to++ = quote;
    }
}

/* Writes the cells of records that were measured. Returns 0.
 *
 * data, size, quote, width, borders: as above.
 * rows: how many records were found; there was room for no more.
 * text: takes the cells, column behind column.
 * begins: takes where in it each column begins, and where the last one ends. */
KERNEL int64_t write_cells(const uint8_t *data, int64_t size, int64_t quote, int64_t width, int64_t rows,
                           const int64_t *borders, uint8_t *text, int64_t *begins)
{
    begins[0] = 0;
    for (int64_t column = 0; column < width; column++)
        begins[column + 1] = begins[column] + borders[column * (rows + 1) + rows];
    int64_t at = 0;
    for (int64_t row = 0; row < rows; row++) {
        const int64_t *border = borders + row;
        for (int64_t column = 0; column < width; column++, border += rows + 1, at++) {
            int64_t to = begins[column] + border[0], letters = border[1] - border[0], left = begins[column + 1] - to;
            if (at < size && data[at] == quote)
                at = write_unquoted(data, size, at, (uint8_t)quote, text + to, left, letters);
            else {
                copy(text + to, left, data + at, size - at, letters);
                at += letters;
            }
        }
        /* Behind the last cell stood a line end, not a delimiter. */
        at += at < size && data[at - 1] == CR && data[at] == LF;
    }
    return 0;
}
