/* Which texts of a website column are certainly refused, and why. */

#ifndef CONTACTPREP_WEBSITE_REFUSALS_H
#define CONTACTPREP_WEBSITE_REFUSALS_H

#include "misplaced.h"
#include "websites.h"

/* W101 and so on. */
enum {
    UNREADABLE = 1,
    OTHER_SCHEME = 2,
    BARE_IP = 3,
    SINGLE_LABEL = 4,
    USER_INFO = 5,
    EMAIL = 6,
    BAD_HOST = 8,
    SEVERAL = 9,
    PHONE = 10
};

/* Returns whether a text is four numbers up to 255, without zeros in front, with dots between them. */
static inline bool is_ip_address(const uint8_t *at, const uint8_t *end)
{
    for (int64_t count = 1;; count++, at++) {
        const uint8_t *first = at;
        int64_t number = 0;
        for (; at < end && is_digit(*at) && number <= 255; at++)
            number = 10 * number + (*at - '0');
        if (at == first || number > 255 || (*first == '0' && at - first > 1))
            return false;
        if (count == 4)
            return at == end;
        if (at == end || *at != '.')
            return false;
    }
}

/* Returns whether a text is a label and no number: the standard takes what begins with 0x for one, too. */
static inline bool is_single_label(const uint8_t *begin, const uint8_t *end, const uint16_t *kinds)
{
    int32_t seen = 0;
    for (const uint8_t *at = begin; at < end; at++) {
        if (!(kinds[*at] & IN_LABEL))
            return false;
        seen |= kinds[*at];
    }
    return seen & LETTER && *begin != '0' && *begin != '-' && end[-1] != '-';
}

/* Returns whether a text is made of characters that stay in a host as they are or make the standard refuse it, and is no
 * number: its last label begins with a letter, or is digits behind a letter that no number holds. */
static inline bool is_refused_or_kept(const uint8_t *begin, const uint8_t *end, const uint16_t *kinds)
{
    const uint8_t *last = begin;
    bool in_labels = true, no_number = false;
    for (const uint8_t *at = begin; at < end; at++) {
        if (*at == '.') {
            last = at + 1;
            continue;
        }
        if (!(kinds[*at] & STAYS_IN_HOST))
            return false;
        uint8_t letter = lower(*at);
        in_labels &= (kinds[*at] & IN_LABEL) != 0;
        no_number |= letter >= 'g' && letter <= 'z' && letter != 'x';
    }
    if (last == end)
        return false;
    if (kinds[*last] & LETTER)
        return true;
    for (const uint8_t *at = last; at < end; at++)
        if (!(kinds[*at] & DIGIT))
            return false;
    return in_labels && no_number;
}

/* Returns why an address without a second one in it is refused, as far as that follows from its host; or 0.
 *
 * host: behind the scheme. It has no label that is too long. */
static inline uint16_t refuse_host(const uint8_t *host, const uint8_t *end, bool has_scheme, const Rules *rules)
{
    const uint16_t *kinds = rules->kinds;
    const uint8_t *last = find_any(host, end, ":/?#"), *behind = last;
    if (last == host)
        return 0;
    if (last < end && *last == ':') {
        // A port of four digits belongs to no scheme by default.
        int64_t digits = 0;
        for (behind++; behind < end && kinds[*behind] & DIGIT; behind++)
            digits++;
        if (digits != 4 || last[1] == '0' || (behind < end && !strchr("/?#", *behind))) {
            if (!has_scheme || behind == end || !(kinds[*behind] & LETTER))
                return 0;
            for (const uint8_t *at = host; at < end; at++)
                if (at != last && *at != '.' && !(kinds[*at] & IN_LABEL))
                    return 0;
            return BAD_HOST;
        }
    }
    if (is_ip_address(host, last))
        return BARE_IP;
    if (is_single_label(host, last, kinds))
        return SINGLE_LABEL;
    int32_t seen;
    int64_t longest;
    if (!is_refused_or_kept(host, last, kinds) || read_host(host, last, rules, &seen, &longest) == last)
        return 0;
    return BAD_HOST;
}

/* Returns whether a text is several words with dots and an ending of letters, and what parts them. */
static inline bool are_hosts(const uint8_t *at, const uint8_t *end, const uint16_t *kinds)
{
    for (int64_t count = 1;; count++) {
        const uint8_t *label = at, *word = at;
        bool of_letters = true;
        for (; at < end && !(kinds[*at] & PARTING); at++) {
            if (*at == '.') {
                if (at == label)
                    return false;
                label = at + 1;
                of_letters = true;
                continue;
            }
            if (!(kinds[*at] & IN_LABEL))
                return false;
            of_letters &= kinds[*at] & LETTER;
        }
        if (label == word || !of_letters || at - label < 2)
            return false;
        if (at == end)
            return count > 1;
        while (at < end && kinds[*at] & PARTING)
            at++;
    }
}

/* Returns whether a text has several words with dots, so that each may be an address. */
static inline bool may_be_hosts(const uint8_t *at, const uint8_t *end, const uint16_t *kinds)
{
    const uint8_t *dot = find_any(at, end, ".");
    return find_any(find_kind(dot, end, kinds, PARTING), end, ".") < end;
}

/* Returns whether a text is an address, what parts it from the next, and something that begins as addresses do. */
static inline bool has_second(const uint8_t *host, const uint8_t *end, const Rules *rules)
{
    const uint16_t *kinds = rules->kinds;
    int32_t seen;
    int64_t longest;
    const uint8_t *at = read_host(host, end, rules, &seen, &longest);
    if (!at)
        return false;
    if (at < end && *at == '/')
        while (at < end && (kinds[*at] & IN_LABEL || (*at && strchr("._~/", *at))))
            at++;
    const uint8_t *next = at;
    while (next < end && kinds[*next] & PARTING)
        next++;
    return next > at && find_any(next, end, "@?") == end &&
           (begins_with(next, end, "http:") || begins_with(next, end, "https:") || begins_with(next, end, "www."));
}

/* Returns whether a text is an e-mail address, or one behind mailto:. */
static inline bool is_email(const uint8_t *begin, const uint8_t *end)
{
    const uint8_t *at = begins_with(begin, end, "mailto:") ? begin + 7 : begin;
    const uint8_t *sign = find_any(at, end, at == begin ? " @/?#:\\" : " @/?#");
    return sign > at && sign < end && *sign == '@' && end - sign > 1 && find_any(sign + 1, end, " @/?#:\\") == end;
}

/* Returns whether a text begins with a scheme. No port stands behind the colon of one. */
static inline bool has_other_scheme(const uint8_t *begin, const uint8_t *end, const uint16_t *kinds)
{
    const uint8_t *at = begin;
    if (!(kinds[*at] & LETTER))
        return false;
    while (at < end && (kinds[*at] & IN_LABEL || *at == '+' || *at == '.'))
        at++;
    if (end - at < 2 || *at != ':')
        return false;
    if (at[1] == '/')
        return end - at > 2 && at[2] == '/';
    return !(kinds[at[1]] & DIGIT) && find_any(at + 1, at + 2, "?#") > at + 1 && !memchr(at, '@', (size_t)(end - at));
}

/* Returns why a text of printable ASCII is certainly refused, or 0. It is no address of the lane's alphabet.
 *
 * The judge reads a text without the punctuation around it if it refuses the whole. Every refusal here is told from such
 * a bare text, by what stays true of the whole, so that this is refused too: punctuation in front becomes part of a
 * host, and punctuation behind leaves a scheme, an @, a blank or a bad label where it is.
 *
 * begin, end: the bare text, at least a byte. is_bare: whether there was punctuation around it. */
static inline uint16_t refuse(const uint8_t *begin, const uint8_t *end, bool is_bare, const Rules *rules)
{
    const uint16_t *kinds = rules->kinds;
    const int64_t scheme = measure_scheme(begin, end);
    const uint8_t *const host = begin + scheme;
    const bool has_at = memchr(begin, '@', (size_t)(end - begin)), has_colon = memchr(begin, ':', (size_t)(end - begin));
    const bool is_parted = find_kind(begin, end, kinds, PARTING) < end;
    const bool has_http = scheme || begins_with(begin, end, "http:") || begins_with(begin, end, "https:");
    // Without a letter no host has an ending, so that the whole is refused too.
    if (is_phone(begin, end, rules->marks))
        return PHONE;
    if (scheme == end - begin)
        return is_bare ? 0 : UNREADABLE;
    // The standard reads http:8080 as the host 8080.
    if (!is_parted && (scheme || !has_http) && end - begin <= rules->longest_label) {
        uint16_t refusal = refuse_host(host, end, scheme, rules);
        if (refusal)
            return refusal;
    }
    if (is_parted && !has_at) {
        if (has_second(host, end, rules) || (!has_colon && are_hosts(begin, end, kinds)))
            return SEVERAL;
        // A blank where a host should be.
        const uint8_t *blank = find_any(begin, end, " /\\?#");
        if (!has_colon && blank < end && *blank == ' ' && !may_be_hosts(begin, end, kinds))
            return UNREADABLE;
    }
    if (has_at && scheme) {
        const uint8_t *sign = find_any(host, end, "/\\?# ,;|@");
        if (sign < end && *sign == '@' && find_kind(sign, end, kinds, PARTING) == end)
            return USER_INFO;
    }
    if (has_at && is_email(begin, end))
        return EMAIL;
    return has_colon && !has_http && has_other_scheme(begin, end, kinds) ? OTHER_SCHEME : 0;
}

#endif
