/* Phones among words and marks: which part of a text is what, by its form alone. */

#ifndef CONTACTPREP_PHONE_PARTS_H
#define CONTACTPREP_PHONE_PARTS_H

#include "misplaced.h"

typedef struct {
    const uint8_t *begin, *end;
} Text;

/* Returns where digits, brackets with digits between them, points, hyphens and blanks end with which a text begins. */
static inline const uint8_t *pass_body(const uint8_t *byte, const uint8_t *end, bool with_slash)
{
    while (byte < end) {
        if (*byte == '(') {
            const uint8_t *inside = byte + 1;
            while (inside < end && is_digit(*inside))
                inside++;
            if (inside == byte + 1 || inside == end || *inside != ')')
                break;
            byte = inside + 1;
        } else if (is_digit(*byte) || *byte == '-' || *byte == '.' || *byte == ' ' || (*byte == '/' && with_slash)) {
            byte++;
        } else {
            break;
        }
    }
    return byte;
}

/* Whether a text is a number as it stands among words or beside another number: two digits or more, the last byte one
 * of them, and before the first nothing but a plus or a bracket. */
static inline bool is_body(Text text, bool with_slash)
{
    const uint8_t *byte = text.begin, *end = text.end;
    bool is_signed = byte < end && *byte == '+';
    byte += is_signed;
    if (end - byte < 2 || !(is_digit(*byte) || (*byte == '(' && !is_signed)) || !is_digit(end[-1]))
        return false;
    return pass_body(byte, end, with_slash) == end;
}

static inline const uint8_t *pass_letters(const uint8_t *byte, const uint8_t *end)
{
    while (byte < end && is_letter(*byte))
        byte++;
    return byte;
}

static inline const uint8_t *pass_digits(const uint8_t *byte, const uint8_t *end)
{
    while (byte < end && is_digit(*byte))
        byte++;
    return byte;
}

static inline const uint8_t *pass_blanks(const uint8_t *byte, const uint8_t *end)
{
    while (byte < end && *byte == ' ')
        byte++;
    return byte;
}

/* Returns a text without the blanks at its end. */
static inline Text trim_end(Text text)
{
    while (text.begin < text.end && text.end[-1] == ' ')
        text.end--;
    return text;
}

/* Whether a text is a number that a spreadsheet has rounded. Source: `_SCIENTIFIC`. */
static inline bool is_rounded(Text text)
{
    const uint8_t *byte = text.begin + (*text.begin == '+' || *text.begin == '-'), *end = text.end;
    const uint8_t *digits = byte;
    byte = pass_digits(byte, end);
    if (byte == digits)
        return false;
    if (byte < end && (*byte == '.' || *byte == ',')) {
        digits = ++byte;
        byte = pass_digits(byte, end);
        if (byte == digits)
            return false;
    }
    if (byte == end || lower(*byte) != 'e')
        return false;
    byte++;
    byte += byte < end && (*byte == '+' || *byte == '-');
    return byte < end && pass_digits(byte, end) == end;
}

/* Returns a text without a word, or some in brackets, at its end that blanks part from it, if it has them. */
static inline Text without_last_words(Text text)
{
    const uint8_t *end = text.end;
    if (end[-1] == ')') {
        end--;
        while (end - text.begin >= 2 &&
               (is_letter(end[-1]) || (end[-1] == ' ' && is_letter(end[0]) && is_letter(end[-2]))))
            end--;
        if (end[-1] != '(' || end == text.end - 1)
            return text;
        end--;
    } else {
        while (end > text.begin && is_letter(end[-1]))
            end--;
    }
    Text shorter = trim_end((Text){text.begin, end});
    return end == text.end || shorter.end == end ? text : shorter;
}

/* Whether a text holds an "@" or "://". */
static inline bool has_sign_or_scheme(Text text)
{
    for (const uint8_t *byte = text.begin; byte < text.end; byte++)
        if (*byte == '@' || (*byte == ':' && text.end - byte >= 3 && byte[1] == '/' && byte[2] == '/'))
            return true;
    return false;
}

#endif
