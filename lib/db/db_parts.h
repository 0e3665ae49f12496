/*
 * db_parts.h - what the files of this room share; nobody else includes it. place.c finds the file,
 * open.c opens it, schema.c says whether it is of its kind and whole, trouble.c puts what went
 * wrong into words, statement.c has the statements.
 */
#ifndef GF_DB_DB_PARTS_H
#define GF_DB_DB_PARTS_H

#include "db/db.h"

/* SQLite's extended code of what failed last, asked for before anything else is, also before an
 * undo: a page that the disk does not give is SQLITE_IOERR. Keeps the system's reason for it, which
 * the next statement may overwrite. */
int gf_db_code(struct gf_db *d);

/* The refusal that an errno stands for; -1: none of them. */
int gf_db_refusal_of_errno(int code);

/* The errno of the last failure of the file or of its log; 0: there was none. */
int gf_db_errno(sqlite3 *sqlite);

/* Sets *why and returns `refusal`. */
int gf_db_refuse(const char **why, int refusal, const char *what);

/* SQLite cannot go on with the opening: its code says why. Where it is from a statement,
 * gf_db_code gave it. */
int gf_db_refuse_code(struct gf_db *d, int code, const char **why);

/* Keeps a failure that is not SQLite's; -1. */
int gf_db_fail_as(struct gf_db *d, int trouble, const char *words);

/* What a row that cannot be is called. */
const char *gf_db_odd_words(const struct gf_db_kind *kind);

/* Finds the file and opens it beside SQLite: d->path and d->file. 0, or as gf_db_open. */
int gf_db_open_file(struct gf_db *d, const char *path, enum gf_db_use use, const char **why);

/* Whether there is something in a log beside the file, of either mode of SQLite. */
bool gf_db_has_log(const struct gf_db *d);

/* Whether the file is of its kind, to the letter; an empty one becomes so, and is of version 0. 0,
 * or as gf_db_open. */
int gf_db_look(struct gf_db *d, int64_t *version, const char **why);

/* From whatever version to the last. Another process may do the same at this moment: what counts is
 * that the version has gone on. SQLITE_OK, or SQLite's code. */
int gf_db_bring_up(struct gf_db *d, int64_t version);

/* Whether a file of this version is whole; every page and row is read. 0, or as gf_db_open. */
int gf_db_look_whole(struct gf_db *d, int64_t version, const char **why);

#endif
