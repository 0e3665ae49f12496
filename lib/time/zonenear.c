/*
 * zonenear.c - a walk through the directory of zones, every name offered to base/suggest.h.
 *
 * Names of zones begin with a capital letter; what does not is a table, or one of the trees posix
 * and right, which have all zones once more.
 */
#include "time/zonenear.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/suggest.h"

enum {
    DEPTH = 3 /* America/Argentina/Salta */
};

struct walk {
    struct gf_suggest suggest;
    const char *root;
    bool of_city; /* a name without a slash may be the last part of one */
    char *best;
};

static void lower(const char *s, char out[GF_ZONENEAR_SIZE])
{
    size_t i = 0;
    for (; i < GF_ZONENEAR_SIZE - 1 && s[i]; i++)
        out[i] = (char)tolower((unsigned char)s[i]);
    out[i] = '\0';
}

static void offer(struct walk *w, const char *zone)
{
    char text[GF_ZONENEAR_SIZE];
    size_t before = w->suggest.distance;
    const char *city = strrchr(zone, '/');
    lower(zone, text);
    gf_suggest_offer(&w->suggest, text);
    if (city && w->of_city) {
        lower(city + 1, text);
        gf_suggest_offer(&w->suggest, text);
    }
    if (w->suggest.distance < before)
        snprintf(w->best, GF_ZONENEAR_SIZE, "%.*s", GF_ZONENEAR_SIZE - 1, zone);
}

static int is_zone(const struct dirent *e)
{
    return e->d_name[0] >= 'A' && e->d_name[0] <= 'Z';
}

/* Offers what is in the directory root/under, which is empty for the root itself. */
static void look(struct walk *w, const char *under, int depth)
{
    char path[PATH_MAX], zone[PATH_MAX];
    struct dirent **list;
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", w->root, under);
    int n = scandir(path, &list, is_zone, alphasort);
    for (int i = 0; i < n; i++) {
        int len = snprintf(zone, sizeof zone, "%s%s%s", under, *under ? "/" : "", list[i]->d_name);
        int whole = snprintf(path, sizeof path, "%s/%s", w->root, zone);
        free(list[i]);
        if (len >= GF_ZONENEAR_SIZE || whole >= PATH_MAX || stat(path, &st) != 0)
            continue;
        if (!S_ISDIR(st.st_mode))
            offer(w, zone);
        else if (depth < DEPTH)
            look(w, zone, depth + 1);
    }
    if (n >= 0)
        free(list);
}

bool gf_zonenear(const char *name, const char *dir, char near[GF_ZONENEAR_SIZE])
{
    char word[GF_ZONENEAR_SIZE];
    struct walk w = {.root = dir, .of_city = !strchr(name, '/'), .best = near};
    near[0] = '\0';
    lower(name, word);
    gf_suggest_init(&w.suggest, word, strlen(word));
    look(&w, "", 1);
    return near[0] != '\0';
}
