/*
 * elsewhere.c - options that people know from flock and GNU sem, and what they are here.
 *
 * Whoever types one is told; the manual page's list is made of the same rows.
 */
#include "request.h"

const struct gf_opt_elsewhere sem_elsewhere[] = {
    {"--id", "GNU sem", "is -S here"},
    {"--semaphorename", "GNU sem", "is -S here"},
    {"--semaphore-name", "GNU sem", "is -S here"},
    {"--wait", "GNU sem", "is --wait-all here"},
    {"--fg", "GNU sem", "is what happens here: the command runs in the foreground"},
    {"--bg", "GNU sem", "is & of the shell here: gf-sem -j4 command &"},
    {"--st", "GNU sem", "is -w here, which gives up after that time"},
    {"--semaphoretimeout", "GNU sem", "is -w here, which gives up after that time"},
    {"--semaphore-timeout", "GNU sem", "is -w here, which gives up after that time"},
    {"--jobs", "GNU sem", "is --permits here"},
    {"-P", "GNU sem", "is -j here"},
    {"--max-procs", "GNU sem", "is --permits here"},
    {"--pipe", "GNU sem", "is what happens here: the command has our standard input"},
    {"--tag", "GNU sem", "is not here: gf-pool --tag puts a name in front of lines"},
    {"--keep-order", "GNU sem", "is not here: gf-pool -k prints in order"},
    {"--dry-run", "GNU sem", "is not here: --status shows who holds and who waits"},
    {"--retries", "GNU sem", "is not here: gf-pool --retries runs a command again"},
    {"--colsep", "GNU sem", "is not here: gf-pool -d splits records"},
    {"--timeout", "flock", "is -w here"},
    {"--wait-timeout", "flock", "is -w here"},
    {"--nb", "flock", "is -n here"},
    {"--nonblock", "flock", "is -n here"},
    {"--nonblocking", "flock", "is -n here"},
    {"-x", "flock", "is -j 1 here"},
    {"-e", "flock", "is -j 1 here"},
    {"-s", "flock", "is --shared here"},
    {"-o", "flock", "is --close here"},
    {"-c", "flock", "is sh -c here: gf-sem -j1 -- sh -c '...'"},
    {"--command", "flock", "is sh -c here: gf-sem -j1 -- sh -c '...'"},
    {"-u", "flock", "is not needed here: a permit ends with its command"},
    {"--unlock", "flock", "is not needed here: a permit ends with its command"},
    {"-F", "flock", "is not here: gf-sem stays until the command has ended"},
    {"--no-fork", "flock", "is not here: gf-sem stays until the command has ended"},
    {0},
};
