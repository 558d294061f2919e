/* Labels of hosts with letters beyond ASCII, and their ASCII form. Source: RFC 3492, RFC 5890 section 2.3.2.1. */

#ifndef CONTACTPREP_PUNYCODE_H
#define CONTACTPREP_PUNYCODE_H

#include "kernel.h"

enum { BASE = 36, LEAST = 1, MOST = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_LETTER = 0x80 };
enum { LONGEST_LABEL = 63, LETTERS = 0x180 };

/* A label as code points. */
typedef struct {
    uint16_t points[LONGEST_LABEL];
    int64_t size;
} Label;

static inline int64_t adapt_bias(int64_t delta, int64_t count, bool is_first)
{
    int64_t bias = 0;
    delta /= is_first ? DAMP : 2;
    for (delta += delta / count; delta > (BASE - LEAST) * MOST / 2; bias += BASE)
        delta /= BASE - LEAST;
    return bias + (BASE - LEAST + 1) * delta / (delta + SKEW);
}

static inline int64_t threshold(int64_t step, int64_t bias)
{
    return step <= bias ? LEAST : step >= bias + MOST ? MOST : step - bias;
}

/* Whether a label begins and ends with no hyphen, and has no two where another prefix would have them. */
static inline bool has_good_hyphens(const Label *label)
{
    const uint16_t *points = label->points;
    return label->size && points[0] != '-' && points[label->size - 1] != '-' &&
           !(label->size >= 4 && points[2] == '-' && points[3] == '-');
}

/* Reads a label of characters below U+0180.
 *
 * small: the code point of each such letter in its small form, 0 if it may not stand in a label.
 * Returns whether it is one, and has good hyphens. */
static inline bool read_label(const uint8_t *at, const uint8_t *end, const uint16_t *small, Label *label)
{
    label->size = 0;
    while (at < end) {
        int64_t point = *at++;
        if (point >= 0x80)
            point = point >= 0xC2 && point <= 0xC5 && at < end ? (point & 0x1F) << 6 | (*at++ & 0x3F) : 0;
        if (label->size == LONGEST_LABEL || !small[point])
            return false;
        label->points[label->size++] = small[point];
    }
    return has_good_hyphens(label);
}

/* Writes the ASCII form of a label that is not ASCII, xn-- in front; at most LONGEST_LABEL bytes.
 *
 * Returns how many, 0 if there are more. */
static inline int64_t encode_label(const Label *label, uint8_t *out)
{
    int64_t written = 4, done = 0, delta = 0, bias = FIRST_BIAS, basic;
    memcpy(out, "xn--", 4);
    for (int64_t at = 0; at < label->size; at++)
        if (label->points[at] < FIRST_LETTER) {
            if (written == LONGEST_LABEL)
                return 0;
            out[written++] = (uint8_t)label->points[at];
            done++;
        }
    basic = done;
    if (basic) {
        if (written == LONGEST_LABEL)
            return 0;
        out[written++] = '-';
    }
    for (int64_t letter = FIRST_LETTER; done < label->size; letter++, delta++) {
        int64_t next = LETTERS;
        for (int64_t at = 0; at < label->size; at++)
            if (label->points[at] >= letter && label->points[at] < next)
                next = label->points[at];
        delta += (next - letter) * (done + 1);
        letter = next;
        for (int64_t at = 0; at < label->size; at++) {
            delta += label->points[at] < letter;
            if (label->points[at] != letter)
                continue;
            int64_t rest = delta;
            for (int64_t step = BASE;; step += BASE) {
                int64_t least = threshold(step, bias);
                int64_t digit = rest < least ? rest : least + (rest - least) % (BASE - least);
                if (written == LONGEST_LABEL)
                    return 0;
                out[written++] = (uint8_t)(digit < 26 ? 'a' + digit : '0' + digit - 26);
                if (rest < least)
                    break;
                rest = (rest - least) / (BASE - least);
            }
            bias = adapt_bias(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
    return written;
}

/* Reads the label of which an ASCII form is made, what follows xn-- in small letters; returns whether one is, of code
 * points below U+0180. Another form may stand for the same label. */
static inline bool decode_label(const uint8_t *at, const uint8_t *end, Label *label)
{
    const uint8_t *hyphen = end;
    while (hyphen > at && hyphen[-1] != '-')
        hyphen--;
    label->size = 0;
    if (end - at > LONGEST_LABEL)
        return false;
    if (hyphen > at) {
        for (; at < hyphen - 1; at++)
            label->points[label->size++] = *at;
        at = hyphen;
    }
    int64_t letter = FIRST_LETTER, place = 0, bias = FIRST_BIAS;
    const int64_t basic = label->size;
    while (at < end) {
        const int64_t before = place;
        for (int64_t step = BASE, weight = 1;; step += BASE) {
            if (at == end || !((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9')))
                return false;
            int64_t digit = *at >= 'a' ? *at - 'a' : *at - '0' + 26, least = threshold(step, bias);
            at++;
            place += digit * weight;
            if (digit < least)
                break;
            weight *= BASE - least;
            // Larger than any place among so few letters below U+0180.
            if (place > 1 << 20 || weight > 1 << 20)
                return false;
        }
        const int64_t count = label->size + 1;
        bias = adapt_bias(place - before, count, label->size == basic);
        letter += place / count;
        place %= count;
        if (letter >= LETTERS || count > LONGEST_LABEL)
            return false;
        memmove(label->points + place + 1, label->points + place,
                (size_t)(label->size - place) * sizeof *label->points);
        label->points[place++] = (uint16_t)letter;
        label->size = count;
    }
    return label->size > basic;
}

/* Returns whether a label in small letters that begins with xn-- is the ASCII form of one of small letters. */
static inline bool is_encoded_label(const uint8_t *begin, const uint8_t *end, const uint16_t *small)
{
    Label label;
    uint8_t again[LONGEST_LABEL];
    if (!decode_label(begin + 4, end, &label) || !has_good_hyphens(&label))
        return false;
    for (int64_t at = 0; at < label.size; at++)
        if (small[label.points[at]] != label.points[at])
            return false;
    return encode_label(&label, again) == end - begin && !memcmp(again, begin, (size_t)(end - begin));
}

#endif
