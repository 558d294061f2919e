/* Regular records: where they stand, by the places of line ends and quotes. */

#include "kernel.h"

/* What is known of a line. The numbers are those of the marks in reading/regular.py. */
enum {
    MISPLACED_EVEN = 1,
    MISPLACED_ODD = 2,
    BLANK = 4,
    ENDS_IN_LF = 8,
    ENDS_IN_CRLF = 16,
    ENDS_IN_CR = 32,
};

static uint8_t mark_of_end(const uint8_t *data, int64_t start, int64_t end)
{
    uint8_t last = data[end - 1];
    if (last == '\n')
        return end - start > 1 && data[end - 2] == '\r' ? ENDS_IN_CRLF : ENDS_IN_LF;
    return last == '\r' ? ENDS_IN_CR : 0;
}

/* Tells of each line of a text how many quotes stand before its end, and what else is known of it: how it ends, whether
 * it holds nothing but the bytes of which `in_blank` says so, and whether a quote on it is misplaced. Of the quotes
 * since a record began, the first, third and so on open a cell, and the byte before is one of those of which `borders`
 * says so; the others close it, with such a byte behind. Which of the two a quote does depends on whether an even number
 * of quotes stood before the record or an odd one. Returns what is known of any line. */
KERNEL int64_t mark_lines(const uint8_t *data, const int64_t *ends, int64_t count, int64_t quote,
                          const uint8_t *borders, const uint8_t *in_blank, int64_t *before, uint8_t *marks)
{
    int64_t start = 0, quotes = 0, size = count > 0 ? ends[count - 1] : 0;
    uint8_t any = 0;
    int64_t place = next_byte(data, 0, size, (int)quote);
    for (int64_t line = 0; line < count; line++) {
        int64_t end = ends[line], at = start;
        uint8_t mark = mark_of_end(data, start, end);
        while (at < end && in_blank[data[at]])
            at++;
        if (at == end)
            mark |= BLANK;
        for (; place < end; place = next_byte(data, place + 1, size, (int)quote)) {
            bool opens = place == 0 || borders[data[place - 1]], closes = place == size - 1 || borders[data[place + 1]];
            bool is_even = quotes++ % 2 == 0;
            if (!(is_even ? opens : closes))
                mark |= MISPLACED_EVEN;
            if (!(is_even ? closes : opens))
                mark |= MISPLACED_ODD;
        }
        before[line] = quotes;
        marks[line] = mark;
        any |= mark;
        start = end;
    }
    return any;
}

/* Writes the records that begin on `line` and behind it and end before `until`, lines without a misplaced quote: the
 * first line of each, the line behind its last one, its first byte and the one behind it. It leaves out blank lines, and
 * ends before a record that has more than so many lines, or several with more than so many bytes. Returns how many
 * records there are; what goes to `seen` is the line behind the last one, or behind the blank lines that follow, how
 * many lines were blank, the bytes of the largest record, and what is known of the last line of any. */
KERNEL int64_t take_regular(const int64_t *ends, const int64_t *before, const uint8_t *marks, int64_t line,
                            int64_t until, int64_t most_lines, int64_t most_bytes, int64_t *firsts, int64_t *stops,
                            int64_t *record_starts, int64_t *record_ends, int64_t *seen)
{
    int64_t found = 0, blank = 0, largest = 0, first = line, start = line > 0 ? ends[line - 1] : 0;
    int64_t parity = line > 0 ? before[line - 1] % 2 : 0;
    uint8_t any = 0;
    for (; line < until; line++) {
        bool over_lines = line > first;
        if (over_lines && (line - first >= most_lines || ends[line] - start > most_bytes))
            break;
        if (before[line] % 2 != parity)
            continue;
        if (over_lines || !(marks[line] & BLANK)) {
            firsts[found] = first;
            stops[found] = line + 1;
            record_starts[found] = start;
            record_ends[found] = ends[line];
            if (ends[line] - start > largest)
                largest = ends[line] - start;
            any |= marks[line];
            found++;
        } else {
            blank++;
        }
        first = line + 1;
        start = ends[line];
    }
    seen[0] = first;
    seen[1] = blank;
    seen[2] = largest;
    seen[3] = any;
    return found;
}
