/* Websites that belong to somebody else. */

#include "names.h"

enum { FITS, NEXT, PREVIOUS, ELSEWHERE, ASKED };

typedef struct {
    const uint8_t *begin, *end;
} Span;

/* Names of which the public suffix list speaks; and of each how many labels further on the public suffix begins: 0 by a
 * plain rule, 1 by an exception, -1 by a wild one. */
typedef struct {
    Names names;
    const int8_t *further;
} Suffixes;

/* The kind of a byte of a host that stands alone. The first of a letter beyond ASCII has another bit, and so have those
 * that come second in such a letter. */
#define ALONE 1

enum Plainness { ODD, LATIN, PLAIN };

/* Returns whether a host has but dots between labels of plain characters, or also letters beyond ASCII. */
static enum Plainness look_at(Span host, const uint8_t *kinds)
{
    bool is_dot = true, is_plain = true;
    for (const uint8_t *at = host.begin; at < host.end; at++) {
        if (*at >= 0xC0 && host.end - at > 1 && at[1] < 0xC0 && kinds[*at] & kinds[at[1]]) {
            is_plain = false;
            at++;
        } else if (kinds[*at] != ALONE || (is_dot && *at == '.')) {
            return ODD;
        }
        is_dot = *at == '.';
    }
    return is_dot ? ODD : is_plain ? PLAIN : LATIN;
}

/* Returns whether a domain may be the ASCII form of one that is not ASCII. */
static bool may_be_encoded(Span domain)
{
    for (const uint8_t *at = domain.begin; domain.end - at > 4; at++)
        if (!memcmp(at, "xn--", 4))
            return true;
    return false;
}

/* Returns the registrable domain of a host that is not odd, empty if it is itself a public suffix.
 *
 * The longest rule counts; of a name that none speaks of the last label is the suffix. */
static Span find_domain(Span host, const Suffixes *suffixes)
{
    const uint8_t *before = NULL, *earlier = NULL, *label = host.begin;
    for (;;) {
        const uint8_t *dot = memchr(label, '.', (size_t)(host.end - label));
        int64_t place = find_name(label, host.end - label, &suffixes->names);
        if (place >= 0 || !dot) {
            int8_t further = place >= 0 ? suffixes->further[place] : 0;
            const uint8_t *begin = further > 0 ? label : further == 0 ? before : earlier;
            return (Span){begin ? begin : host.end, host.end};
        }
        earlier = before;
        before = label;
        label = dot + 1;
    }
}

static bool is_same(Span one, Span other)
{
    return one.end - one.begin == other.end - other.begin &&
           !memcmp(one.begin, other.begin, (size_t)(one.end - one.begin));
}

/* Returns where the host of a web address begins, or NULL if it has another scheme than http and https, or nothing
 * behind it. */
static const uint8_t *skip_scheme(const uint8_t *begin, const uint8_t *end)
{
    if (end - begin < 8 || memcmp(begin, "http", 4))
        return NULL;
    return !memcmp(begin + 4, "s://", 4) ? begin + 8 : !memcmp(begin + 4, "://", 3) ? begin + 7 : NULL;
}

static bool ends_host(const uint8_t *at, const uint8_t *end)
{
    return at == end || *at == '/' || *at == '?' || *at == '#';
}

/* Returns whether all of some bytes are of characters that stand alone. */
static inline bool stand_alone(Span bytes, const uint8_t *kinds)
{
    uint8_t all = ALONE;
    for (const uint8_t *at = bytes.begin; at < bytes.end; at++)
        all &= kinds[*at];
    return all;
}

/* Returns whether a web address, from its host on, has a given host of characters that stand alone, and no port. */
static inline bool has_host(const uint8_t *at, const uint8_t *end, Span host, const uint8_t *kinds)
{
    const int64_t size = host.end - host.begin;
    return end - at >= size && ends_host(at + size, end) && !memcmp(at, host.begin, (size_t)size) &&
           stand_alone(host, kinds);
}

/* Finds the host of a web address: characters that stand alone before a port, path, query, fragment or the end.
 *
 * host: begins there, and takes the end. Returns whether that is certain. */
static bool find_end(Span *host, const uint8_t *end, const uint8_t *kinds)
{
    const uint8_t *at = host->begin;
    while (at < end && kinds[*at] == ALONE)
        at++;
    host->end = at;
    if (at < end && *at == ':')
        for (at++; at < end && *at >= '0' && *at <= '9';)
            at++;
    return ends_host(at, end);
}

typedef struct {
    const uint8_t *data;
    const int64_t *begins, *ends;
    const int64_t *records;
} Hosts;

static inline Span host_of(const Hosts *mail, int64_t row)
{
    return (Span){mail->data + mail->begins[row], mail->data + mail->ends[row]};
}

enum Has { NOT, CERTAIN, UNSURE };

/* Returns whether a host of e-mail, if there is one, has this registrable domain. */
static enum Has has_domain(Span host, Span domain, const uint8_t *kinds, const Suffixes *suffixes)
{
    if (host.begin == host.end)
        return NOT;
    enum Plainness plainness = look_at(host, kinds);
    if (plainness == ODD || (plainness == LATIN && may_be_encoded(domain)))
        return UNSURE;
    int64_t size = domain.end - domain.begin;
    return host.end - host.begin >= size && !memcmp(host.end - size, domain.begin, (size_t)size) &&
                   is_same(find_domain(host, suffixes), domain)
               ? CERTAIN
               : NOT;
}

/* Says of the website in a row to whom it belongs. Most have the very host of the e-mail, or www. before it. */
static uint8_t judge_row(const Hosts *mail, int64_t row, const uint8_t *begin, const uint8_t *end, bool without_www,
                         const uint8_t *kinds, const Suffixes *suffixes, const Names *no_own)
{
    Span own = host_of(mail, row), host = {skip_scheme(begin, end), end};
    if (own.begin == own.end)
        return FITS;
    if (!host.begin)
        return ASKED;
    const bool has_www = without_www && end - host.begin > 4 && !memcmp(host.begin, "www.", 4);
    if (has_host(has_www ? host.begin + 4 : host.begin, end, own, kinds))
        return FITS;
    // Most of the others have free mail.
    if (find_name(own.begin, own.end - own.begin, no_own) >= 0)
        return FITS;
    if (!find_end(&host, end, kinds))
        return ASKED;
    enum Plainness plainness = look_at(own, kinds);
    if (plainness == ODD || look_at(host, kinds) != PLAIN)
        return ASKED;
    Span site = find_domain(host, suffixes);
    if (plainness == LATIN && may_be_encoded(site))
        return ASKED;
    own = find_domain(own, suffixes);
    if (own.begin == own.end || site.begin == site.end || is_same(own, site) ||
        find_name(own.begin, own.end - own.begin, no_own) >= 0)
        return FITS;
    for (int64_t step = 1; step >= -1; step -= 2) {
        if (mail->records[row + step] - mail->records[row] != step)
            continue;
        enum Has has = has_domain(host_of(mail, row + step), site, kinds, suffixes);
        if (has != NOT)
            return has == UNSURE ? ASKED : step > 0 ? NEXT : PREVIOUS;
    }
    return ELSEWHERE;
}

/* Says of n records but the first and the last whether the website belongs to the e-mail, to the next or the previous
 * record, to none of these, or whether Python must tell.
 *
 * mail, begins, ends: the hosts of the e-mails, see find_hosts.
 * records: their numbers.
 * data, borders, bits, first_bit: the websites.
 * without_www: whether www. before a host makes no other registrable domain.
 * kinds: 256, the kinds of each byte of a host that is taken apart here.
 * suffixes, ..., further: names of which the public suffix list speaks, see Suffixes.
 * no_own, ...: registrable domains that say nothing of who has an address there.
 * said: n.
 *
 * Returns how many are not fine. */
KERNEL int64_t judge_owners(const uint8_t *mail, const int64_t *begins, const int64_t *ends, const int64_t *records,
                            int64_t count, const uint8_t *data, const int64_t *borders, const uint8_t *bits,
                            int64_t first_bit, int64_t without_www, const uint8_t *kinds, const uint8_t *suffixes,
                            const int64_t *suffix_borders, int64_t suffix_count, const uint64_t *suffix_slots,
                            int64_t suffix_slot_count, const uint64_t *suffix_sizes, const int8_t *further,
                            const uint8_t *no_own, const int64_t *no_own_borders, int64_t no_own_count,
                            const uint64_t *no_own_slots, int64_t no_own_slot_count, const uint64_t *no_own_sizes,
                            uint8_t *said)
{
    const Hosts hosts = {mail, begins, ends, records};
    const Names names = {{suffixes, suffix_borders, suffix_count}, suffix_slots, suffix_slot_count, suffix_sizes};
    const Suffixes list = {names, further};
    const Names free_mail = {{no_own, no_own_borders, no_own_count}, no_own_slots, no_own_slot_count, no_own_sizes};
    int64_t found = 0;
    for (int64_t row = 0; row < count; row++) {
        said[row] = row == 0 || row == count - 1 || !is_there(bits, first_bit + row)
                        ? FITS
                        : judge_row(&hosts, row, data + borders[row], data + borders[row + 1], without_www, kinds, &list,
                                    &free_mail);
        found += said[row] != FITS;
    }
    return found;
}
