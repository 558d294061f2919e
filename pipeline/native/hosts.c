/* Hosts of addresses, and websites that belong to somebody else. */

#include "names.h"

enum { FITS, NEXT, PREVIOUS, ELSEWHERE, ASKED };

typedef struct {
    const uint8_t *begin, *end;
} Span;

static inline bool is_valid(const uint8_t *bits, int64_t at)
{
    return !bits || bits[at >> 3] >> (at & 7) & 1;
}

/* Finds what stands behind the last @ of n texts, the whole text where there is none.
 *
 * bits, first_bit: which texts are not missing, or NULL if none is; the first one's place among the bits.
 * begins, ends: take n places in the data; where a text is missing, both are its beginning. */
KERNEL int64_t find_hosts(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *bits,
                          int64_t first_bit, int64_t *begins, int64_t *ends)
{
    for (int64_t row = 0; row < count; row++) {
        int64_t at = borders[row], end = borders[row + 1];
        if (is_valid(bits, first_bit + row)) {
            int64_t start = at;
            for (at = end; at > start && data[at - 1] != '@';)
                at--;
        } else {
            end = at;
        }
        begins[row] = at;
        ends[row] = end;
    }
    return 0;
}

/* Finds the texts that hold a byte; rows takes their positions, ascending, and has room for n. Returns how many do. */
KERNEL int64_t find_holding(const uint8_t *data, const int64_t *borders, int64_t count, int64_t byte, int64_t *rows)
{
    int64_t found = 0, row = 0;
    const uint8_t *at = data + borders[0], *const end = data + borders[count];
    while (at < end && (at = memchr(at, (int)byte, (size_t)(end - at)))) {
        while (borders[row + 1] <= at - data)
            row++;
        rows[found++] = row;
        at = data + borders[++row];
    }
    return found;
}

/* Names of which the public suffix list speaks; and of each how many labels further on the public suffix begins: 0 by a
 * plain rule, 1 by an exception, -1 by a wild one. */
typedef struct {
    Names names;
    const int8_t *further;
} Suffixes;

/* Returns whether a host has but small letters, digits, hyphens and dots between labels. */
static bool is_plain(Span host, const uint8_t *plain)
{
    bool is_dot = true;
    for (const uint8_t *at = host.begin; at < host.end; at++) {
        if (!plain[*at] || (is_dot && *at == '.'))
            return false;
        is_dot = *at == '.';
    }
    return !is_dot;
}

/* Returns the registrable domain of a plain host, empty if it is itself a public suffix.
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

/* Finds the host of a web address: plain characters between its scheme and a port, path, query, fragment or the end.
 * Returns whether that is certain. */
static bool find_website_host(const uint8_t *begin, const uint8_t *end, const uint8_t *plain, Span *host)
{
    if (end - begin < 8 || memcmp(begin, "http", 4))
        return false;
    if (!memcmp(begin + 4, "s://", 4))
        begin += 8;
    else if (!memcmp(begin + 4, "://", 3))
        begin += 7;
    else
        return false;
    const uint8_t *at = begin;
    while (at < end && plain[*at])
        at++;
    *host = (Span){begin, at};
    if (at < end && *at == ':')
        for (at++; at < end && *at >= '0' && *at <= '9';)
            at++;
    return at == end || *at == '/' || *at == '?' || *at == '#';
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
static enum Has has_domain(Span host, Span domain, const uint8_t *plain, const Suffixes *suffixes)
{
    if (host.begin == host.end)
        return NOT;
    if (!is_plain(host, plain))
        return UNSURE;
    int64_t size = domain.end - domain.begin;
    return host.end - host.begin >= size && !memcmp(host.end - size, domain.begin, (size_t)size) &&
                   is_same(find_domain(host, suffixes), domain)
               ? CERTAIN
               : NOT;
}

/* Says of the website in a row to whom it belongs. Most have the very host of the e-mail, or www. before it. */
static uint8_t judge_row(const Hosts *mail, int64_t row, const uint8_t *begin, const uint8_t *end, bool without_www,
                         const uint8_t *plain, const Suffixes *suffixes, const Names *no_own)
{
    Span own = host_of(mail, row), host;
    if (own.begin == own.end)
        return FITS;
    if (!find_website_host(begin, end, plain, &host))
        return ASKED;
    Span named = host;
    if (without_www && host.end - host.begin > 4 && !memcmp(host.begin, "www.", 4))
        named.begin += 4;
    // Most of the others have free mail.
    if (is_same(own, named) || is_same(own, host) || find_name(own.begin, own.end - own.begin, no_own) >= 0)
        return FITS;
    if (!is_plain(own, plain) || !is_plain(host, plain))
        return ASKED;
    Span site = find_domain(host, suffixes);
    own = find_domain(own, suffixes);
    if (own.begin == own.end || site.begin == site.end || is_same(own, site) ||
        find_name(own.begin, own.end - own.begin, no_own) >= 0)
        return FITS;
    for (int64_t step = 1; step >= -1; step -= 2) {
        if (mail->records[row + step] - mail->records[row] != step)
            continue;
        enum Has has = has_domain(host_of(mail, row + step), site, plain, suffixes);
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
 * plain: 256 bytes, not 0 for one that a host may have.
 * suffixes, ..., further: names of which the public suffix list speaks, see Suffixes.
 * no_own, ...: registrable domains that say nothing of who has an address there.
 * said: n.
 *
 * Returns how many are not fine. */
KERNEL int64_t judge_owners(const uint8_t *mail, const int64_t *begins, const int64_t *ends, const int64_t *records,
                            int64_t count, const uint8_t *data, const int64_t *borders, const uint8_t *bits,
                            int64_t first_bit, int64_t without_www, const uint8_t *plain, const uint8_t *suffixes,
                            const int64_t *suffix_borders, int64_t suffix_count, const uint64_t *suffix_slots,
                            int64_t suffix_slot_count, const int8_t *further, const uint8_t *no_own,
                            const int64_t *no_own_borders, int64_t no_own_count, const uint64_t *no_own_slots,
                            int64_t no_own_slot_count, uint8_t *said)
{
    const Hosts hosts = {mail, begins, ends, records};
    const Suffixes list = {{{suffixes, suffix_borders, suffix_count}, suffix_slots, suffix_slot_count}, further};
    const Names free_mail = {{no_own, no_own_borders, no_own_count}, no_own_slots, no_own_slot_count};
    int64_t found = 0;
    for (int64_t row = 0; row < count; row++) {
        said[row] = row == 0 || row == count - 1 || !is_valid(bits, first_bit + row)
                        ? FITS
                        : judge_row(&hosts, row, data + borders[row], data + borders[row + 1], without_www, plain, &list,
                                  &free_mail);
        found += said[row] != FITS;
    }
    return found;
}
