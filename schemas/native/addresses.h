/* E-mail and web addresses in a cell of another kind, by their form alone. Source: schemas/kinds/misplaced.py. */

#ifndef CONTACTPREP_ADDRESSES_H
#define CONTACTPREP_ADDRESSES_H

#include "cells.h"

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

/* Whether a text is plainly an e-mail address: EMAIL. */
static inline bool is_email_address(const uint8_t *begin, const uint8_t *end)
{
    const uint8_t *sign = NULL;
    for (const uint8_t *byte = begin; byte < end; byte++) {
        if (!is_graphic(*byte) || (*byte == '@' && sign != NULL))
            return false;
        if (*byte == '@')
            sign = byte;
    }
    if (sign == NULL || sign == begin)
        return false;
    const uint8_t *ending = end;
    while (is_letter(ending[-1]))
        ending--;
    return end - ending >= 2 && ending - sign >= 3 && ending[-1] == '.' &&
           (is_letter(ending[-2]) || is_digit(ending[-2]));
}

/* Whether a text is plainly a web address: WEBSITE. */
static inline bool is_web_address(const uint8_t *begin, const uint8_t *end)
{
    for (const uint8_t *byte = begin; byte < end; byte++)
        if (!is_graphic(*byte))
            return false;
    const uint8_t *host = pass_word(begin, end, "http");
    if (host != NULL) {
        const uint8_t *secure = pass_word(host, end, "s://");
        host = secure != NULL ? secure : pass_word(host, end, "://");
        return host != NULL && host < end;
    }
    host = pass_word(begin, end, "www.");
    if (host == NULL)
        return false;
    /* Labels with a point behind each, and letters behind the last. */
    const uint8_t *label = host;
    int64_t points = 0;
    bool letters_alone = true;
    for (; host < end; host++) {
        if (*host == '.') {
            if (host == label)
                return false;
            points++;
            label = host + 1;
            letters_alone = true;
        } else if (!is_letter(*host)) {
            if (!is_digit(*host) && *host != '-')
                break;
            letters_alone = false;
        }
    }
    return points >= 1 && letters_alone && host - label >= 2 &&
           (host == end || *host == ':' || *host == '/' || *host == '?' || *host == '#');
}

#endif
