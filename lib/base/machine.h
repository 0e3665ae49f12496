/*
 * machine.h - what the machine, or the control group that we are in, has and has left.
 *
 * Sizes are bytes. Where the system does not tell, UINT64_MAX stands for no limit that is known.
 * Any thread.
 */
#ifndef GF_BASE_MACHINE_H
#define GF_BASE_MACHINE_H

#include <stdint.h>

/* Memory that this process may hope for at all: the machine's, or its control group's limit. */
uint64_t gf_machine_memory(void);

/* Memory that can still be had without swapping: MemAvailable of the machine, or what is left of
 * the control group's limit, whichever is less. */
uint64_t gf_machine_memory_free(void);

/* Tasks that run or are ready to run at this moment, this one not counted; UINT64_MAX: unknown.
 * (Not the load average, which tells of the last minute.) */
uint64_t gf_machine_load(void);

/* The name of this boot of the system, another one each time. -1 with errno where /proc does not
 * tell. */
enum {
    GF_MACHINE_BOOT = 36
};
int gf_machine_boot(char name[GF_MACHINE_BOOT]);

/* Processors that this process may use; 1 or more. */
unsigned gf_machine_processors(void);

#endif
