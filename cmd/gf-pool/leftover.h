/*
 * leftover.h - what jobs of an earlier run, which was killed, left behind.
 *
 * The kernel ends the process of each job when the pool dies, but not what that started in turn.
 * All of them have the log's device and inode in their environment (GF_JOBLOG), where the next run
 * with that log finds them: it names each of its own user, and one of those of others, who can tell
 * the mark too. It does not end them, because it cannot know whether
 * they are meant to go on. A process that cleared its environment is not found.
 */
#ifndef GF_POOL_LEFTOVER_H
#define GF_POOL_LEFTOVER_H

enum {
    LEFTOVER_MARK_SIZE = 64
};

/* The value of GF_JOBLOG for the log, in `mark`. -1 with errno. */
int leftover_mark(int log_fd, char mark[LEFTOVER_MARK_SIZE]);

/* Names the processes that have that mark. */
void leftover_report(const char *mark);

#endif
