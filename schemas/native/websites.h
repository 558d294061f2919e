/* Parts of web addresses. */

#ifndef CONTACTPREP_WEBSITES_H
#define CONTACTPREP_WEBSITES_H

#include "cells.h"
#include "punycode.h"

/* Kinds of bytes. */
enum {
    LETTER = 1,
    CAPITAL = 2,
    DIGIT = 4,
    HYPHEN = 8,
    IN_PATH = 16,
    BEHIND_PATH = 32,
    CLOSING = 64,
    ENDING = 128,
    OPENING = 256,
    PARTING = 512,
    STAYS_IN_HOST = 1024,
    IN_LABEL = LETTER | DIGIT | HYPHEN
};

typedef struct {
    const uint16_t *kinds, *small; /* of 256 bytes; of 0x180 characters, see read_label */
    const uint8_t *marks;          /* of 256 bytes, see is_phone */
    int64_t longest, most_growth, longest_label, longest_host, last_port, default_ports[2];
} Rules;

/* Returns whether a text begins with a word in lower case, in whatever case itself. */
static inline bool begins_with(const uint8_t *begin, const uint8_t *end, const char *word)
{
    return pass_word(begin, end, word) != NULL;
}

/* Returns how long the scheme at the beginning of a text is: http:// or https:// with something behind it, or 0. */
static inline int64_t measure_small_scheme(const uint8_t *begin, const uint8_t *end)
{
    if (end - begin <= 8 || memcmp(begin, "http", 4))
        return 0;
    return !memcmp(begin + 4, "s://", 4) ? 8 : !memcmp(begin + 4, "://", 3) ? 7 : 0;
}

/* Returns the same, in whatever case and whether or not something is behind it. */
static inline int64_t measure_scheme(const uint8_t *begin, const uint8_t *end)
{
    int64_t small = measure_small_scheme(begin, end);
    if (small)
        return small;
    if (begin == end || lower(*begin) != 'h')
        return 0;
    return begins_with(begin, end, "https://") ? 8 : begins_with(begin, end, "http://") ? 7 : 0;
}

/* Returns where the first byte of some kinds stands, or the end. */
static inline const uint8_t *find_kind(const uint8_t *at, const uint8_t *end, const uint16_t *kinds, int32_t wanted)
{
    while (at < end && !(kinds[*at] & wanted))
        at++;
    return at;
}

/* Returns where the first of some characters stands, or the end. */
static inline const uint8_t *find_any(const uint8_t *at, const uint8_t *end, const char *characters)
{
    while (at < end && !strchr(characters, *at))
        at++;
    return at;
}

/* Reads a host of two labels or more, the last of which begins with a letter and has two characters: the standard never
 * takes it for a number. A label of Punycode is one that the standard leaves as it is.
 *
 * seen: takes the kinds of its bytes. longest: takes the length of its longest label.
 * Returns where it ends, or NULL. */
static inline const uint8_t *read_host(const uint8_t *at, const uint8_t *end, const Rules *rules, int32_t *seen,
                                       int64_t *longest)
{
    const uint16_t *kinds = rules->kinds;
    const uint8_t *label;
    int32_t all = 0;
    int64_t most = 0;
    for (int64_t count = 0;; count++, at++) {
        label = at;
        for (; at < end && kinds[*at] & IN_LABEL; at++)
            all |= kinds[*at];
        if (at == label || *label == '-' || at[-1] == '-')
            return NULL;
        if (at - label > most)
            most = at - label;
        if (at - label > 4 && label[2] == '-' && begins_with(label, at, "xn--") &&
            !is_encoded_label(label, at, rules->small))
            return NULL;
        if (at == end || *at != '.') {
            if (!count || !(kinds[*label] & LETTER) || at - label < 2)
                return NULL;
            break;
        }
    }
    *seen = all;
    *longest = most;
    return at;
}

#endif
