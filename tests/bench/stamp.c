/*
 * stamp.c - how well lines keep a pace: `... | stamp RATE`. Prints the 99th percentile and the
 * worst of how far a line was from its time, in microseconds, and by how many per cent the rate was
 * off. The time of line n is that of the first and n / RATE.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    static char buf[65536];
    static double off[1 << 20];
    double rate = argc > 1 ? strtod(argv[1], NULL) : 0;
    double first = 0, last = 0;
    size_t n = 0;
    ssize_t got;
    while (rate > 0 && (got = read(0, buf, sizeof buf)) > 0) {
        double now = now_us();
        for (ssize_t i = 0; i < got && n < sizeof off / sizeof off[0]; i++) {
            if (buf[i] != '\n')
                continue;
            first = n ? first : now;
            last = now;
            off[n] = fabs(now - first - (double)n * 1e6 / rate);
            n++;
        }
    }
    if (n < 2)
        return 1;
    double achieved = (double)(n - 1) * 1e6 / (last - first);
    qsort(off, n, sizeof off[0], ascending);
    printf("%.0f %.0f %.3f\n", off[(n * 99 + 99) / 100 - 1], off[n - 1],
           fabs(achieved / rate - 1) * 100);
    return 0;
}
