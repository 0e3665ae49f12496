/*
 * memory.h - what a burst took of memory is given back a second after it was needed.
 */
#ifndef GF_CMD_BUFFER_MEMORY_H
#define GF_CMD_BUFFER_MEMORY_H

struct run;

void memory_begin(struct run *r);

/* Looks whether there is something to give back; before the loop waits. */
void memory_look(struct run *r);

#endif
