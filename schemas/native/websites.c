/* The lane of websites. */

#include "marks.h"
#include "website_refusals.h"
#include "websites.h"

/* What is said of an address beside what all lanes say; above these bits the number of a refusal, W101 and so on. */
enum { SCHEME_ADDED = SAID_OWN, RESPELLED = SAID_OWN << 1, UNDRESSED = SAID_OWN << 2, REFUSAL = SAID_OWN << 3 };

/* Bytes of the longest address that is spelled in ASCII. */
enum { ROOM = 512 };

/* An address of the lane's alphabet: where its parts begin, and what becomes of it. */
typedef struct {
    const uint8_t *begin, *host, *port, *tail, *end;
    bool has_capitals, loses_port, has_long_host;
} Address;

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
    for (; at < end && is_digit(*at) && number <= last_port; at++)
        number = 10 * number + (*at - '0');
    *port = number;
    return at == first || *first == '0' || number > last_port ? NULL : at;
}

static bool is_hex(uint8_t byte)
{
    return is_digit(byte) || (lower(byte) >= 'a' && lower(byte) <= 'f');
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

/* Returns whether a text is an address as most are: the standard leaves it as it is, but for a scheme where it has none.
 * It has few bytes behind that, and no capitals before its path.
 *
 * begin: where it begins, as a position in the data of the marks. scheme: how long its scheme is, which is in small
 *     letters. */
static inline bool is_usual(Marks *marks, int64_t begin, int64_t scheme, int64_t size, const Rules *rules)
{
    begin += scheme;
    size -= scheme;
    if (size < 1 || size > MOST_BITS || size > rules->longest_label || scheme + size > rules->longest)
        return false;
    const uint8_t *const host = marks->data + begin;
    uint64_t bits = marks_of(marks, begin, size), dots = 0, left = bits;
    int64_t end = size;
    for (; left; left &= left - 1) {
        const int64_t place = place_of_lowest(left);
        if (host[place] == '/') {
            end = place;
            bits &= (UINT64_C(1) << place) - 1;
            break;
        }
        if (host[place] == '.')
            dots |= UINT64_C(1) << place;
        else if (!(rules->kinds[host[place]] & IN_LABEL) || rules->kinds[host[place]] & CAPITAL)
            return false;
    }
    if (!dots || !are_inside_and_apart(bits, end))
        return false;
    const int64_t last = place_of_highest(dots) + 1;
    if (end - last < 2 || !is_letter(host[last]))
        return false;
    for (; left; left &= left - 1) {
        const uint8_t *byte = host + place_of_lowest(left);
        if (!(rules->kinds[*byte] & IN_PATH) || (*byte == '.' && byte[-1] == '/'))
            return false;
    }
    return true;
}

/* Writes the scheme of an address that has none. */
static inline uint8_t *put_scheme(uint8_t *out)
{
    memcpy(out, "https://", 8);
    return out + 8;
}

/* Writes an address as the standard does, with https:// where it has no scheme; returns where the next one goes. */
static uint8_t *write_address(uint8_t *out, const Address *read)
{
    if (read->host == read->begin)
        out = put_scheme(out);
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

/* Returns what is said of a text without white space around it, and leaves in `read` the address that it is. */
static uint16_t judge_address(const uint8_t *begin, const uint8_t *end, const Rules *rules, Address *read,
                              uint8_t spelled[ROOM])
{
    if (end - begin > rules->longest)
        return SAID_NOTHING;
    if (!read_address(begin, end, rules, read))
        return judge_other(begin, end, rules, read, spelled);
    return read->has_long_host ? SAID_NOTHING : tell_changes(read);
}

/* Says of n cells what is certain of them as websites, and writes their values, one behind the other.
 *
 * kinds: 256, the kinds of each byte.
 * small: 0x180, see read_label. marks: 256, see is_phone.
 * longest: bytes of the longest text that is looked at. most_growth: bytes by which an ASCII form may be longer.
 * longest_label, longest_host: characters of a host's parts.
 * last_port, http_port, https_port: the largest port, and those that are left out.
 * said: n, what is said of each.
 * out, out_borders: the values, as many bytes as the cells have and 8 and most_growth more for each, and n + 1 borders;
 *     of an undecided cell its own text.
 *
 * Returns whether a value is another than its cell; otherwise only the borders are written. */
KERNEL int64_t judge_websites(const uint8_t *data, const int64_t *borders, int64_t count, const uint8_t *placeholders,
                              const int64_t *placeholder_borders, int64_t placeholder_count, const uint16_t *kinds,
                              const uint16_t *small, const uint8_t *marks, int64_t longest, int64_t most_growth,
                              int64_t longest_label, int64_t longest_host, int64_t last_port, int64_t http_port,
                              int64_t https_port, uint16_t *said, uint8_t *out, int64_t *out_borders)
{
    const Rules rules = {.kinds = kinds,
                         .small = small,
                         .marks = marks,
                         .longest = longest,
                         .most_growth = most_growth,
                         .longest_label = longest_label,
                         .longest_host = longest_host,
                         .last_port = last_port,
                         .default_ports = {http_port, https_port}};
    uint8_t spelled[ROOM];
    Words words;
    index_words(&words, placeholders, placeholder_borders, placeholder_count);
    Marks strange;
    begin_marks(&strange, data, borders[count]);
    Values values = {.kept = data + borders[0], .out = out, .next = out};
    out_borders[0] = 0;
    for (int64_t at = 0; at < count; at++) {
        const uint8_t *const first = data + borders[at], *const last = data + borders[at + 1];
        const int64_t scheme = measure_small_scheme(first, last);
        int64_t saying = 0;
        if (is_usual(&strange, borders[at], scheme, last - first, &rules) && !is_among(first, last, &words)) {
            if (!scheme) {
                saying = SCHEME_ADDED;
                values.next = put(put_scheme(begin_value(&values, first, last)), first, last);
            }
        } else {
            const uint8_t *begin = first, *end = last;
            Address read;
            saying = look_at(&begin, &end, &words);
            const bool is_open = saying == OPEN;
            if (is_open) {
                saying = judge_address(begin, end, &rules, &read, spelled);
                // Of a text that is refused no change is told.
                saying |= saying < REFUSAL && end - begin < last - first ? SAID_PADDED : 0;
            }
            if (saying && saying != SAID_NOTHING) {
                uint8_t *value = begin_value(&values, first, last);
                values.next = is_open && saying < REFUSAL ? write_address(value, &read) : value;
            }
        }
        said[at] = (uint16_t)saying;
        out_borders[at + 1] = size_of_values(&values, last);
    }
    return end_values(&values, data + borders[count]);
}
