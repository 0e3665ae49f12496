/*
 * buf.h - a growable run of bytes with a ceiling.
 *
 * Appending past the ceiling, or when memory is out, fails once and for good: the buffer keeps
 * what it had, `failed` is set and later appends do nothing, so a writer may append many pieces
 * and look once at the end. errno is EOVERFLOW or ENOMEM. Nobody looks who writes the buffer by
 * gf_write_buf (base/fd.h), which refuses one that has failed.
 *
 *     struct gf_buf b = GF_BUF_INIT(64 * 1024);
 *     gf_buf_puts(&b, "job ");
 *     gf_buf_printf(&b, "%zu", n);
 *     if (gf_write_buf(fd, &b) != 0) ...            // an append failed, or the write
 *     gf_buf_release(&b);
 *
 * The caller owns the struct; the buffer owns `data`, valid until the next append. A zeroed struct
 * is an empty buffer without a ceiling. `data` is NUL-terminated after every append that succeeded
 * (the NUL is not counted). One thread at a time.
 */
#ifndef GF_BASE_BUF_H
#define GF_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct gf_buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max; /* ceiling in bytes; 0 is none */
    int failed; /* errno of the append that failed; 0: none did */
};

#define GF_BUF_INIT(ceiling)                                                                       \
    {                                                                                              \
        .max = (ceiling)                                                                           \
    }

/* Room for `more` bytes behind the data; 0 or -1. The bytes at data+len may then be written and
 * len raised. */
int gf_buf_reserve(struct gf_buf *b, size_t more);

int gf_buf_add(struct gf_buf *b, const void *p, size_t n);
int gf_buf_puts(struct gf_buf *b, const char *s);
int gf_buf_putc(struct gf_buf *b, char c);
int gf_buf_printf(struct gf_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int gf_buf_vprintf(struct gf_buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* 0, or -1 with the errno of the append that failed: for who hands on data and len. */
int gf_buf_check(const struct gf_buf *b);

/* Appends what another buffer holds; when that one has failed, this one fails by the same errno. */
int gf_buf_join(struct gf_buf *b, const struct gf_buf *from);

/* This one has failed when `from` has, and nothing is appended: for what was made out of `from`.
 * Before `from` is cleared or released. */
void gf_buf_inherit(struct gf_buf *b, const struct gf_buf *from);

/* Empties it and forgives an earlier failure; keeps the memory. */
void gf_buf_clear(struct gf_buf *b);

/* Frees the memory; the struct is an empty buffer with the same ceiling. */
void gf_buf_release(struct gf_buf *b);

#endif
