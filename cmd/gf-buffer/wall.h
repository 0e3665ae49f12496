/* wall.h - what gf-buffer still needs when its files are open: the sandbox (base/wall.h). */
#ifndef GF_CMD_BUFFER_WALL_H
#define GF_CMD_BUFFER_WALL_H

struct run;

/* None with --on-rotate: a command would inherit it. */
void wall_raise(const struct run *r);

#endif
