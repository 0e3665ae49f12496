/*
 * secret.h - a password that the environment gives, or names the file of.
 *
 *     char *password;
 *     const char *why;
 *     if (gf_secret_take("GF_REDIS_PASSWORD", &password, &why) != 0)
 *         gf_error("GF_REDIS_PASSWORD_FILE: %s", why);
 *     gf_secret_free(password);
 *
 * NAME_FILE goes before NAME. The file belongs to us, or to root, and nobody else may read it; one
 * newline at its end is none of the password. NAME is taken out of the environment, and its bytes
 * out of the memory that /proc/PID/environ shows, whether it is used or not. Before threads are
 * started.
 */
#ifndef GF_BASE_SECRET_H
#define GF_BASE_SECRET_H

/* *out is NULL when there is none; the caller's. -1 with errno, and *why is one line about it. */
int gf_secret_take(const char *name, char **out, const char **why);

/* Wipes it, and frees it. */
void gf_secret_free(char *secret);

#endif
