/*
 * mask.h - stars for passwords in addresses of servers, before a text is shown.
 *
 *     gf_mask_address(text, len);      // redis://me:secret@q1#a -> redis://me:******@q1#a
 *     gf_mask_words(text, len);        // the same in each address of Redis in a text
 *
 * What is masked is what is between the ':' behind a user and the last @, or, where there is no @,
 * what follows the ':' of a host and is no port: an address that somebody mistyped has a password,
 * too. A text keeps its length. msg.c passes through here all that it shows. Pure; any thread.
 */
#ifndef GF_BASE_MASK_H
#define GF_BASE_MASK_H

#include <stddef.h>

/* The text is SCHEME:ADDRESS, right or wrong; one without ':' is left as it is. */
void gf_mask_address(char *text, size_t len);

/* Addresses are words that begin with "redis", letters or + and ":/", or have an @ behind that ':';
 * white space and quotes end them. */
void gf_mask_words(char *text, size_t len);

#endif
