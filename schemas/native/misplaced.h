/* Values of one kind in a cell of another, by their form alone. Source: schemas/kinds/misplaced.py. */

#ifndef CONTACTPREP_MISPLACED_H
#define CONTACTPREP_MISPLACED_H

#include "cells.h"

/* Whether a text has the form of an IPv4 address: NUMBERED_HOST. */
static inline bool is_numbered_host(const uint8_t *byte, const uint8_t *end)
{
    for (int part = 0;; part++, byte++) {
        int64_t digits = 0;
        for (; byte < end && is_digit(*byte); byte++)
            digits++;
        if (digits < 1 || digits > 3)
            return false;
        if (byte == end || *byte != '.' || part == 3)
            return byte == end && part == 3;
    }
}

/* Whether a text is plainly a phone number: `is_phone`.
 *
 * marks: 256 bytes, not 0 for those that stand between digits. */
static inline bool is_phone(const uint8_t *begin, const uint8_t *end, const uint8_t *marks)
{
    int64_t digits = 0;
    bool plus = false, is_last = false;
    for (const uint8_t *byte = begin; byte < end; byte++) {
        is_last = is_digit(*byte);
        if (is_last)
            digits++;
        else if (*byte == '+' && !plus && digits == 0)
            plus = true;
        else if (!marks[*byte])
            return false;
    }
    return is_last && digits >= (plus ? 7 : 9) && digits <= 15 && !is_numbered_host(begin, end);
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
