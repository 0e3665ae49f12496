/* text_file.h - a text as a file that a command can read: no writer that could block. */
#ifndef GF_CMD_CRON_TEXT_FILE_H
#define GF_CMD_CRON_TEXT_FILE_H

#include <stddef.h>

/* A descriptor that reads the text, close-on-exec; the caller closes it. -1: errno. */
int text_file(const char *text, size_t len);

#endif
