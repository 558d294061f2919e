/* The lane of websites. */

#include "cells.h"
#include "punycode.h"

/* What is said of an address beside what all lanes say; above these bits the number of a refusal, W101 and so on. */
enum { SCHEME_ADDED = SAID_OWN, RESPELLED = SAID_OWN << 1, UNDRESSED = SAID_OWN << 2, REFUSAL = SAID_OWN << 3 };

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

/* Bytes of the longest address that is spelled in ASCII. */
enum { ROOM = 512 };

typedef struct {
    const uint16_t *kinds, *small; /* of 256 bytes; of 0x180 characters, see read_label */
    int64_t longest, most_growth, longest_label, longest_host, last_port, default_ports[2];
} Rules;

/* An address of the lane's alphabet: where its parts begin, and what becomes of it. */
typedef struct {
    const uint8_t *begin, *host, *port, *tail, *end;
    bool has_capitals, loses_port, has_long_host;
} Address;

/* Returns whether a text begins with a word of lower case, in whatever case itself. */
static bool begins_with(const uint8_t *begin, const uint8_t *end, const char *word)
{
    for (; *word; begin++, word++)
        if (begin == end || lower(*begin) != (uint8_t)*word)
            return false;
    return true;
}

/* Returns how long the scheme at the beginning of a text is: http:// or https://, in whatever case, or 0. */
static inline int64_t measure_scheme(const uint8_t *begin, const uint8_t *end)
{
    // Most are in small letters.
    if (end - begin > 8 && !memcmp(begin, "http", 4)) {
        if (!memcmp(begin + 4, "s://", 4))
            return 8;
        if (!memcmp(begin + 4, "://", 3))
            return 7;
    }
    if (begin == end || lower(*begin) != 'h')
        return 0;
    return begins_with(begin, end, "https://") ? 8 : begins_with(begin, end, "http://") ? 7 : 0;
}

/* Returns where the first byte of some kinds stands, or the end. */
static const uint8_t *find_kind(const uint8_t *at, const uint8_t *end, const uint16_t *kinds, int32_t wanted)
{
    while (at < end && !(kinds[*at] & wanted))
        at++;
    return at;
}

/* Returns where the first of some characters stands, or the end. */
static const uint8_t *find_any(const uint8_t *at, const uint8_t *end, const char *characters)
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

/* Reads a port as the standard writes it, a colon and a number without zeros in front; or nothing.
 *
 * Returns where it ends, or NULL if there is a colon and no such port. */
static const uint8_t *read_port(const uint8_t *at, const uint8_t *end, int64_t last_port, int64_t *port)
{
    *port = -1;
    if (at == end || *at != ':')
        return at;
    const uint8_t *first = ++at;
    int64_t number = 0;
    for (; at < end && *at >= '0' && *at <= '9' && number <= last_port; at++)
        number = 10 * number + (*at - '0');
    *port = number;
    return at == first || *first == '0' || number > last_port ? NULL : at;
}

static bool is_hex(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (lower(byte) >= 'a' && lower(byte) <= 'f');
}

/* Returns whether a text is a path, query and fragment, each of them or none, that the standard leaves as they are: no
 * segment of the path begins with a dot, and none is written as %2e, so none is "." or "..". */
static inline bool is_plain_tail(const uint8_t *at, const uint8_t *end, const uint16_t *kinds)
{
    if (at < end && *at == '/')
        for (; at < end && *at != '?' && *at != '#'; at++) {
            if (*at == '%') {
                if (end - at < 3 || !is_hex(at[1]) || !is_hex(at[2]) || (at[1] == '2' && lower(at[2]) == 'e'))
                    return false;
                at += 2;
            } else if (!(kinds[*at] & IN_PATH) || (*at == '.' && at[-1] == '/')) {
                return false;
            }
        }
    if (at < end && *at == '?')
        for (at++; at < end && kinds[*at] & BEHIND_PATH;)
            at++;
    if (at < end && *at == '#')
        for (at++; at < end && kinds[*at] & BEHIND_PATH;)
            at++;
    return at == end;
}

/* Reads an address of the lane's alphabet, with a scheme or without; returns whether the text is one. */
static inline bool read_address(const uint8_t *begin, const uint8_t *end, const Rules *rules, Address *read)
{
    int64_t scheme = measure_scheme(begin, end), longest, port;
    int32_t seen;
    *read = (Address){.begin = begin, .host = begin + scheme, .end = end};
    read->port = read_host(read->host, end, rules, &seen, &longest);
    if (!read->port)
        return false;
    read->tail = read_port(read->port, end, rules->last_port, &port);
    if (!read->tail || !is_plain_tail(read->tail, end, rules->kinds))
        return false;
    read->has_capitals = seen & CAPITAL || (scheme == 7 && memcmp(begin, "http", 4)) ||
                         (scheme == 8 && memcmp(begin, "https", 5));
    read->loses_port = port == rules->default_ports[scheme != 7];
    read->has_long_host = longest > rules->longest_label || read->port - read->host > rules->longest_host;
    return true;
}

/* Writes an address as the standard does, with https:// where it has no scheme; returns where the next one goes. */
static uint8_t *write_address(uint8_t *out, const Address *read)
{
    if (read->host == read->begin)
        out = put(out, (const uint8_t *)"https://", (const uint8_t *)"https://" + 8);
    const uint8_t *at = read->begin;
    if (read->has_capitals)
        for (; at < read->port; at++)
            *out++ = lower(*at);
    if (read->loses_port) {
        out = put(out, at, read->port);
        at = read->tail;
    }
    return put(out, at, read->end);
}

/* Returns what is said of an address that is written. */
static uint16_t tell_changes(const Address *read)
{
    return (read->host == read->begin ? SCHEME_ADDED : 0) | (read->has_capitals || read->loses_port ? RESPELLED : 0);
}

/* Returns whether a text is plainly a phone number, and not four numbers with dots between them.
 *
 * Source: schemas/kinds/misplaced.py, PHONE and NUMBERED_HOST. */
static bool is_phone(const uint8_t *begin, const uint8_t *end)
{
    bool has_plus = false, has_marks = false;
    int64_t digits = 0, dots = 0, group = 0, longest = 0;
    if (end[-1] < '0' || end[-1] > '9')
        return false;
    for (const uint8_t *at = begin; at < end; at++) {
        if (*at >= '0' && *at <= '9') {
            digits++;
            if (++group > longest)
                longest = group;
            continue;
        }
        if (*at == '+' && !has_plus && !digits)
            has_plus = true;
        else if (!strchr(" ().-/", *at) || !*at)
            return false;
        // No two dots stand side by side between four numbers.
        has_marks |= *at != '.' || !group;
        dots += *at == '.';
        group = 0;
    }
    bool is_numbered = !has_marks && dots == 3 && longest <= 3;
    return digits >= (has_plus ? 7 : 9) && digits <= 15 && !is_numbered;
}

/* Returns whether a text is four numbers up to 255, without zeros in front, with dots between them. */
static bool is_ip_address(const uint8_t *at, const uint8_t *end)
{
    for (int64_t count = 1;; count++, at++) {
        const uint8_t *first = at;
        int64_t number = 0;
        for (; at < end && *at >= '0' && *at <= '9' && number <= 255; at++)
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
static bool is_single_label(const uint8_t *begin, const uint8_t *end, const uint16_t *kinds)
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
static bool is_refused_or_kept(const uint8_t *begin, const uint8_t *end, const uint16_t *kinds)
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
static uint16_t refuse_host(const uint8_t *host, const uint8_t *end, bool has_scheme, const Rules *rules)
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
static bool are_hosts(const uint8_t *at, const uint8_t *end, const uint16_t *kinds)
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
static bool may_be_hosts(const uint8_t *at, const uint8_t *end, const uint16_t *kinds)
{
    const uint8_t *dot = find_any(at, end, ".");
    return find_any(find_kind(dot, end, kinds, PARTING), end, ".") < end;
}

/* Returns whether a text is an address, what parts it from the next, and something that begins as addresses do. */
static bool has_second(const uint8_t *host, const uint8_t *end, const Rules *rules)
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
static bool is_email(const uint8_t *begin, const uint8_t *end)
{
    const uint8_t *at = begins_with(begin, end, "mailto:") ? begin + 7 : begin;
    const uint8_t *sign = find_any(at, end, at == begin ? " @/?#:\\" : " @/?#");
    return sign > at && sign < end && *sign == '@' && end - sign > 1 && find_any(sign + 1, end, " @/?#:\\") == end;
}

/* Returns whether a text begins with a scheme. No port stands behind the colon of one. */
static bool has_other_scheme(const uint8_t *begin, const uint8_t *end, const uint16_t *kinds)
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
static uint16_t refuse(const uint8_t *begin, const uint8_t *end, bool is_bare, const Rules *rules)
{
    const uint16_t *kinds = rules->kinds;
    const int64_t scheme = measure_scheme(begin, end);
    const uint8_t *const host = begin + scheme;
    const bool has_at = memchr(begin, '@', (size_t)(end - begin)), has_colon = memchr(begin, ':', (size_t)(end - begin));
    const bool is_parted = find_kind(begin, end, kinds, PARTING) < end;
    const bool has_http = scheme || begins_with(begin, end, "http:") || begins_with(begin, end, "https:");
    // Without a letter no host has an ending, so that the whole is refused too.
    if (is_phone(begin, end))
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

/* Returns whether a text is printable ASCII and has no xn-- in it, in whatever case. */
static bool can_be_told(const uint8_t *begin, const uint8_t *end)
{
    for (const uint8_t *at = begin; at < end; at++)
        if (*at < 0x20 || *at > 0x7E || (*at == '-' && at - begin > 1 && begins_with(at - 2, end, "xn--")))
            return false;
    return true;
}

/* Writes an address with the ASCII form of those labels of its host that are not ASCII.
 *
 * Returns how many bytes it has, or 0 if such a label has none or there is no room. */
static int64_t spell_in_ascii(const uint8_t *begin, const uint8_t *end, const Rules *rules, uint8_t *out, int64_t room)
{
    const uint8_t *const start = out;
    const uint8_t *label = begin + measure_scheme(begin, end), *last = find_any(label, end, ":/?#");
    // No label becomes longer than the longest.
    if (end - begin > room - LONGEST_LABEL)
        return 0;
    for (out = put(out, begin, label); label < last;) {
        const uint8_t *dot = memchr(label, '.', (size_t)(last - label));
        const uint8_t *behind = dot ? dot : last;
        bool is_ascii = true;
        for (const uint8_t *at = label; at < behind; at++)
            is_ascii &= *at < 0x80;
        if (is_ascii) {
            out = put(out, label, behind);
        } else {
            Label read;
            int64_t size = read_label(label, behind, rules->small, &read) ? encode_label(&read, out) : 0;
            if (!size)
                return 0;
            out += size;
        }
        if (dot)
            *out++ = '.';
        label = dot ? dot + 1 : last;
        if (end - label > room - (out - start) - LONGEST_LABEL)
            return 0;
    }
    return put(out, last, end) - start;
}

/* Returns what is said of a text that is no address of the lane's alphabet as it stands.
 *
 * The judge strips punctuation from a text that it refuses, and reads what is left. That it refuses the whole is certain
 * if the text begins with punctuation, which then is part of the host, or if punctuation alone follows a host.
 *
 * read: takes the address that is left, if one is. spelled: room for its text, if that is another. */
static uint16_t judge_other(const uint8_t *begin, const uint8_t *end, const Rules *rules, Address *read,
                            uint8_t spelled[ROOM])
{
    if (!can_be_told(begin, end)) {
        int64_t size = spell_in_ascii(begin, end, rules, spelled, ROOM);
        bool is_read = size && size - (end - begin) <= rules->most_growth &&
                       read_address(spelled, spelled + size, rules, read) && !read->has_long_host;
        return is_read ? RESPELLED | tell_changes(read) : SAID_NOTHING;
    }
    const uint16_t *kinds = rules->kinds;
    const uint8_t *first = begin, *last = end;
    while (last > first && kinds[last[-1]] & CLOSING)
        last--;
    while (first < last && kinds[*first] & OPENING)
        first++;
    if (first == last)
        return SAID_NOTHING;
    const bool is_bare = first > begin || last < end;
    if (is_bare && read_address(first, last, rules, read)) {
        bool is_ended = read->port == last;
        for (const uint8_t *at = last; at < end; at++)
            is_ended &= (kinds[*at] & ENDING) != 0;
        return read->has_long_host || !(first > begin || is_ended) ? SAID_NOTHING : UNDRESSED | tell_changes(read);
    }
    uint16_t refusal = refuse(first, last, is_bare, rules);
    return refusal ? refusal * REFUSAL : SAID_NOTHING;
}

/* Says of n cells what is certain of them as websites, and writes their values, one behind the other.
 *
 * kinds: 256, the kinds of each byte.
 * small: 0x180, see read_label.
 * longest: bytes of the longest text that is looked at. most_growth: bytes by which an ASCII form may be longer. longest_label, longest_host: characters of a host's parts.
 * last_port, http_port, https_port: the largest port, and those that are left out.
 * said: n, what is said of each.
 * out, out_borders: the values, as many bytes as the cells have and 8 and most_growth more for each, and n + 1 borders;
 *     of an undecided cell its own text.
 *
 * Returns how many cells are left. */
KERNEL int64_t judge_websites(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *placeholders,
                              const int64_t *placeholder_borders, int64_t placeholder_count, const uint16_t *kinds,
                              const uint16_t *small, int64_t longest, int64_t most_growth, int64_t longest_label, int64_t longest_host,
                              int64_t last_port, int64_t http_port, int64_t https_port, uint16_t *said, uint8_t *out,
                              int64_t *out_borders)
{
    const Rules rules = {kinds,     small, longest, most_growth, longest_label, longest_host,
                         last_port, {http_port, https_port}};
    uint8_t spelled[ROOM];
    Words words;
    index_words(&words, placeholders, placeholder_borders, placeholder_count);
    const uint8_t *const start = out;
    int64_t left = 0;
    out_borders[0] = 0;
    for (int64_t at = 0; at < count; at++) {
        const uint8_t *const first = data + borders[at], *const last = data + borders[at + 1];
        const uint8_t *begin = first, *end = last;
        uint16_t saying = SAID_NOTHING;
        Address read;
        switch (look_at(&begin, &end, &words)) {
        case EMPTY:
            saying = 0;
            break;
        case BLANK:
            saying = SAID_BLANK;
            break;
        case PLACEHOLDER:
            saying = SAID_PLACEHOLDER;
            break;
        case OPEN:
            if (end - begin > longest)
                break;
            if (!read_address(begin, end, &rules, &read))
                saying = judge_other(begin, end, &rules, &read, spelled);
            else if (!read.has_long_host)
                saying = tell_changes(&read);
            if (saying < REFUSAL) {
                out = write_address(out, &read);
                // Of a text that is refused no change is told.
                saying |= end - begin < last - first ? SAID_PADDED : 0;
            }
            break;
        case LEFT:
            break;
        }
        if (saying == SAID_NOTHING) {
            out = put(out, first, last);
            left++;
        }
        said[at] = saying;
        out_borders[at + 1] = out - start;
    }
    return left;
}
