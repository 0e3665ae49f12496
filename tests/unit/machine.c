/* What the machine has and has left: figures that hold on any machine. */
#include "base/machine.h"

#include "test.h"

TEST(machine, figures)
{
    uint64_t all = gf_machine_memory(), left = gf_machine_memory_free();
    CHECK(all > 1 << 20);
    CHECK(left > 1 << 20);
    CHECK(left == UINT64_MAX || left <= all + all / 8);
    uint64_t load = gf_machine_load();
    CHECK(load == UINT64_MAX || load < 1000000);
}
