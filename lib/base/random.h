/*
 * random.h - random numbers of the kernel: for jitter, seeds and samples.
 *
 *     gf_ns wait = (gf_ns)gf_random_upto(5 * GF_S);     // 0 to 5 s, each as likely
 *
 *     struct gf_token mark = gf_token_make();           // who was not told it cannot guess it
 *     printf("%s\n", mark.text);
 *
 * The kernel gives them by getrandom(2), Linux since 3.17. On an older one the clock and the
 * process id stand in, and a token can be guessed. Any thread.
 */
#ifndef GF_BASE_RANDOM_H
#define GF_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    GF_TOKEN_SIZE = 33 /* 128 bits as hexadecimal digits, and the NUL */
};

/* 128 random bits in text. Zeroed: none, the same as no other one. */
struct gf_token {
    char text[GF_TOKEN_SIZE];
};

/* 64 random bits. */
uint64_t gf_random(void);

/* A number from 0 to `most`, both included, each as likely as any other. */
uint64_t gf_random_upto(uint64_t most);

/* The same out of *state, which moves on: whoever begins with the same state gets the same numbers,
 * on every machine. SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t gf_random_seeded(uint64_t *state, uint64_t most);

struct gf_token gf_token_make(void);

/* Whether they are the same one; `text` may be anything. */
static inline bool gf_token_is(const struct gf_token *t, const char *text)
{
    return t->text[0] && strcmp(t->text, text) == 0;
}

#endif
