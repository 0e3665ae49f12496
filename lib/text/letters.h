/*
 * letters.h - capital and small letters of UTF-8, one for one, in no language.
 *
 * upper and lower are the simple mappings of Unicode: a letter whose other case is several (the
 * German sharp s) stays. fold gives letters that differ in case alone the same letter, so that two
 * texts are equal when they match each other in PCRE2 without regard to case.
 *
 *     char out[4];
 *     size_t used, n = gf_letter_step(s, len, gf_letter_upper, out, &used);
 *
 * Pure; any thread. Source: UnicodeData.txt, Unicode 14.
 */
#ifndef GF_TEXT_LETTERS_H
#define GF_TEXT_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a code point; one that is no letter is itself. */
uint32_t gf_letter_upper(uint32_t c);
uint32_t gf_letter_lower(uint32_t c);
uint32_t gf_letter_fold(uint32_t c);

/* Of an ASCII letter, whatever the locale; any other byte is as it is. */
static inline char gf_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The code point at s, of which `len` >= 1 bytes are there, changed, as UTF-8: bytes in out; *used
 * are those it had. A byte that is no UTF-8 is itself. out is never longer than twice *used. */
size_t gf_letter_step(const char *s, size_t len, uint32_t (*change)(uint32_t), char out[4],
                      size_t *used);

#endif
