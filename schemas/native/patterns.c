/* Patterns of phone numbers as runs of numbers.
 *
 * The number plans of phonenumbers are regular expressions of digits only: literals, classes, groups, alternatives and
 * counts. Nearly all end in digits that are free (`\d{6}`), so what a pattern matches is some runs of neighbours. */

#include "kernel.h"

enum {
    MOST_DIGITS = 17, /* most digits of a number */
    MOST_EXPANDED = 4 /* most free digits that are spelled out because something follows them */
};

/* Which numbers are meant: those that match as a whole; those that begin with a match; or, whatever the length of a
 * match, what it and all that may stand behind it begin with. */
enum Meant { WHOLE, LEADING, BEGINNING };

/* Behind some digits that are told stand some that are free. */
typedef struct {
    int64_t value, told, free;
} Prefix;

/* A group that has begun: its first alternative, what stands behind it and its count, and how often it may follow. */
typedef struct Group {
    const uint8_t *inside, *after;
    int64_t fewest, most;
    const struct Group *outer;
} Group;

typedef struct {
    const uint8_t *end;
    int64_t digits;
    enum Meant meant;
    int64_t *borders;
    int64_t count, capacity;
    bool is_too_wide;
} Runs;

static const int64_t UNITS[MOST_DIGITS + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
    1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000
};

static bool is_digit(const uint8_t *byte, const uint8_t *end)
{
    return byte < end && *byte >= '0' && *byte <= '9';
}

/* Returns where a number of one or two digits ends, or NULL. */
static const uint8_t *pass_number(const uint8_t *byte, const uint8_t *end, int64_t *number)
{
    if (!is_digit(byte, end))
        return NULL;
    *number = *byte++ - '0';
    if (is_digit(byte, end))
        *number = *number * 10 + (*byte++ - '0');
    return byte;
}

/* Returns where a count ends; without one something stands there once. NULL if it is none. */
static const uint8_t *pass_count(const uint8_t *byte, const uint8_t *end, int64_t *fewest, int64_t *most)
{
    *fewest = *most = 1;
    if (byte < end && *byte == '?') {
        *fewest = 0;
        return byte + 1;
    }
    if (byte == end || *byte != '{')
        return byte;
    byte = pass_number(byte + 1, end, fewest);
    *most = *fewest;
    if (byte != NULL && byte < end && *byte == ',')
        byte = pass_number(byte + 1, end, most);
    return byte != NULL && byte < end && *byte == '}' && *fewest <= *most ? byte + 1 : NULL;
}

/* Returns where a digit, a class of them or `\d` ends, and which digits it may be, a bit each; NULL if it is none. */
static const uint8_t *pass_digit(const uint8_t *byte, const uint8_t *end, unsigned *digits)
{
    if (is_digit(byte, end)) {
        *digits = 1U << (*byte - '0');
        return byte + 1;
    }
    if (end - byte >= 2 && byte[0] == '\\' && byte[1] == 'd') {
        *digits = 0x3FF;
        return byte + 2;
    }
    if (byte == end || *byte != '[')
        return NULL;
    *digits = 0;
    for (byte++; is_digit(byte, end);) {
        int first = *byte++ - '0', last = first;
        if (end - byte >= 2 && *byte == '-' && is_digit(byte + 1, end)) {
            last = byte[1] - '0';
            byte += 2;
        }
        for (int digit = first; digit <= last; digit++)
            *digits |= 1U << digit;
    }
    return *digits != 0 && byte < end && *byte == ']' ? byte + 1 : NULL;
}

static bool begins_group(const uint8_t *byte, const uint8_t *end)
{
    return end - byte >= 3 && byte[0] == '(' && byte[1] == '?' && byte[2] == ':';
}

/* Whether a pattern consists of nothing but what is read here. */
static bool is_understood(const uint8_t *byte, const uint8_t *end)
{
    int64_t depth = 0, fewest, most;
    while (byte < end) {
        unsigned digits;
        if (begins_group(byte, end)) {
            depth++;
            byte += 3;
            continue;
        }
        if (*byte == '|') {
            byte++;
            continue;
        }
        if (*byte == ')') {
            if (depth-- == 0)
                return false;
            byte++;
        } else {
            byte = pass_digit(byte, end, &digits);
        }
        if (byte == NULL || (byte = pass_count(byte, end, &fewest, &most)) == NULL)
            return false;
    }
    return depth == 0;
}

/* Returns the next alternative or the end of the group within which a place is. */
static const uint8_t *pass_alternative(const uint8_t *byte, const uint8_t *end)
{
    for (int64_t depth = 0; byte < end; byte++) {
        if (depth == 0 && (*byte == '|' || *byte == ')'))
            break;
        depth += (*byte == '(') - (*byte == ')');
    }
    return byte;
}

static void add_run(Prefix prefix, Runs *runs)
{
    int64_t unit = UNITS[runs->digits - prefix.told], begin = prefix.value * unit;
    int64_t last = runs->count - 1;
    if (last >= 0 && last < runs->capacity && runs->borders[2 * last + 1] == begin) {
        runs->borders[2 * last + 1] += unit;
        return;
    }
    if (runs->count < runs->capacity) {
        runs->borders[2 * runs->count] = begin;
        runs->borders[2 * runs->count + 1] = begin + unit;
    }
    runs->count++;
}

static void follow(const uint8_t *byte, const Group *group, Prefix prefix, Runs *runs);

/* Follows each alternative of a group, or of the whole pattern. */
static void follow_alternatives(const uint8_t *byte, const Group *group, Prefix prefix, Runs *runs)
{
    for (;; byte++) {
        follow(byte, group, prefix, runs);
        byte = pass_alternative(byte, runs->end);
        if (byte == runs->end || *byte == ')')
            return;
    }
}

/* Follows what stands behind a group, and the group once more, as often as it may follow. */
static void follow_group(const Group *group, Prefix prefix, Runs *runs)
{
    if (group->fewest <= 0)
        follow(group->after, group->outer, prefix, runs);
    if (group->most > 0) {
        Group next = *group;
        next.fewest--;
        next.most--;
        follow_alternatives(next.inside, &next, prefix, runs);
    }
}

/* Follows a digit that may be some, and may follow several times, and then what stands behind it. */
static void follow_digit(unsigned digits, int64_t fewest, int64_t most, const uint8_t *after, const Group *group,
                         Prefix prefix, Runs *runs)
{
    bool is_full = prefix.told + prefix.free == runs->digits;
    if (is_full && runs->meant == BEGINNING) {
        add_run(prefix, runs);
        return;
    }
    if (fewest <= 0)
        follow(after, group, prefix, runs);
    if (most <= 0 || is_full)
        return;
    if (digits == 0x3FF) {
        prefix.free++;
        follow_digit(digits, fewest - 1, most - 1, after, group, prefix, runs);
        return;
    }
    if (prefix.free > MOST_EXPANDED) {
        runs->is_too_wide = true;
        return;
    }
    int64_t spelled = UNITS[prefix.free];
    for (int64_t tail = 0; tail < spelled; tail++)
        for (int digit = 0; digit < 10; digit++)
            if (digits >> digit & 1) {
                Prefix longer = {(prefix.value * spelled + tail) * 10 + digit, prefix.told + prefix.free + 1, 0};
                follow_digit(digits, fewest - 1, most - 1, after, group, longer, runs);
            }
}

/* Follows a pattern from a place on, and adds the runs that it leads to. */
static void follow(const uint8_t *byte, const Group *group, Prefix prefix, Runs *runs)
{
    int64_t size = prefix.told + prefix.free;
    if (runs->meant == BEGINNING && size == runs->digits) {
        add_run(prefix, runs);
        return;
    }
    if (byte == runs->end || *byte == '|' || *byte == ')') {
        if (group != NULL)
            follow_group(group, prefix, runs);
        else if (runs->meant == WHOLE ? size == runs->digits : runs->meant == LEADING || size > 0)
            add_run(prefix, runs);
        return;
    }
    int64_t fewest, most;
    if (begins_group(byte, runs->end)) {
        const uint8_t *inside = byte + 3, *end = inside;
        while (*(end = pass_alternative(end, runs->end)) == '|')
            end++;
        const uint8_t *after = pass_count(end + 1, runs->end, &fewest, &most);
        follow_group(&(Group){inside, after, fewest, most, group}, prefix, runs);
        return;
    }
    unsigned digits;
    byte = pass_digit(byte, runs->end, &digits);
    byte = pass_count(byte, runs->end, &fewest, &most);
    /* More digits than are asked for lead nowhere. */
    if (size + fewest <= runs->digits || runs->meant == BEGINNING)
        follow_digit(digits, fewest, most, byte, group, prefix, runs);
}

/* Writes the runs of numbers of so many digits that a pattern means, each its first number and the one behind its last.
 *
 * digits: at most MOST_DIGITS.
 * meant: see there.
 * borders: room for so many runs; they may touch, or lie in each other.
 *
 * Returns how many there are, of which those are written that there is room for; or -1 if the pattern holds something
 * else than digits, classes, groups, alternatives and counts, or would be too large spelled out. */
KERNEL int64_t expand_pattern(const uint8_t *pattern, int64_t size, int64_t digits, int64_t meant,
                              int64_t *borders, int64_t capacity)
{
    const uint8_t *end = pattern + size;
    if (digits < 0 || digits > MOST_DIGITS || !is_understood(pattern, end))
        return -1;
    Runs runs = {.end = end, .digits = digits, .meant = (enum Meant)meant,
                 .borders = borders, .capacity = capacity};
    follow_alternatives(pattern, NULL, (Prefix){0, 0, 0}, &runs);
    return runs.is_too_wide ? -1 : runs.count;
}
