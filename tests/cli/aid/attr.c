/*
 * attr.c - extended attributes and access control lists of files, for the tests: no program of the
 * system that shows them has to be there.
 *
 *     attr set FILE NAME VALUE     an attribute
 *     attr capability FILE         the right to bind low ports
 *     attr acl FILE u::6 u:1234:6 g::0 m::6 o::0    an access control list, a digit of chmod each
 *     attr default DIR ...         that of new files in a directory
 *     attr show FILE               a line NAME=VALUE each; a list as `acl=u::6,...`
 *     attr works DIR               whether a file there may have both
 *
 * 0, or 1 after a message.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACCESS "system.posix_acl_access"

enum {
    MOST = 4096,
    NOBODY = -1 /* the id of an entry that names nobody */
};

static const char letters[] = "ugmo";

static unsigned tag_of(char letter, bool named)
{
    switch (letter) {
    case 'u':
        return named ? 0x02 : 0x01;
    case 'g':
        return named ? 0x08 : 0x04;
    case 'm':
        return 0x10;
    default:
        return 0x20;
    }
}

static void put(unsigned char *to, unsigned long value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> 8 * i);
}

static unsigned long get(const unsigned char *from, size_t bytes)
{
    unsigned long value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (unsigned long)from[i] << 8 * i;
    return value;
}

static int set_acl(const char *file, const char *name, const char *const *entry)
{
    unsigned char value[MOST];
    size_t len = 4;
    put(value, 2, 4);
    for (; *entry && len + 8 <= sizeof value; entry++, len += 8) {
        const char *id = strchr(*entry, ':') + 1, *bits = strchr(id, ':') + 1;
        bool named = *id != ':';
        put(value + len, tag_of(**entry, named), 2);
        put(value + len + 2, strtoul(bits, NULL, 8), 2);
        put(value + len + 4, named ? strtoul(id, NULL, 10) : (unsigned long)NOBODY, 4);
    }
    return setxattr(file, name, value, len, 0);
}

static void show_acl(const unsigned char *value, ssize_t len)
{
    printf("acl=");
    for (ssize_t at = 4; at + 8 <= len; at += 8) {
        unsigned long tag = get(value + at, 2);
        bool named = tag == 0x02 || tag == 0x08;
        char letter = letters[tag >= 0x20 ? 3 : tag >= 0x10 ? 2 : tag >= 0x04 ? 1 : 0];
        printf("%s%c:", at > 4 ? "," : "", letter);
        if (named)
            printf("%lu", get(value + at + 4, 4));
        printf(":%lo", get(value + at + 2, 2));
    }
    printf("\n");
}

static int show(const char *file)
{
    char names[MOST];
    unsigned char value[MOST];
    ssize_t len = listxattr(file, names, sizeof names);
    if (len < 0)
        return -1;
    for (const char *name = names; name < names + len; name += strlen(name) + 1) {
        ssize_t n = getxattr(file, name, value, sizeof value);
        if (n < 0)
            return -1;
        if (strcmp(name, ACCESS) == 0)
            show_acl(value, n);
        else if (strcmp(name, "security.selinux") != 0)
            printf("%s=%.*s\n", name, (int)n, (const char *)value);
    }
    return 0;
}

static int works(const char *dir)
{
    char path[MOST];
    static const char *const list[] = {"u::6", "u:1234:4", "g::0", "m::4", "o::0", NULL};
    snprintf(path, sizeof path, "%s/gf-attr-XXXXXX", dir);
    int fd = mkstemp(path);
    if (fd == -1)
        return -1;
    int result = setxattr(path, "user.gf", "1", 1, 0) == 0 ? set_acl(path, ACCESS, list) : -1;
    close(fd);
    unlink(path);
    return result;
}

int main(int argc, char **argv)
{
    /* version 2, effective, CAP_NET_BIND_SERVICE */
    static const unsigned char capability[20] = {1, 0, 0, 2, 0, 4};
    int result = -1;
    if (argc == 3 && strcmp(argv[1], "capability") == 0)
        result = setxattr(argv[2], "security.capability", capability, sizeof capability, 0);
    else if (argc == 5 && strcmp(argv[1], "set") == 0)
        result = setxattr(argv[2], argv[3], argv[4], strlen(argv[4]), 0);
    else if (argc > 3 && strcmp(argv[1], "acl") == 0)
        result = set_acl(argv[2], ACCESS, (const char *const *)argv + 3);
    else if (argc > 3 && strcmp(argv[1], "default") == 0)
        result = set_acl(argv[2], "system.posix_acl_default", (const char *const *)argv + 3);
    else if (argc == 3 && strcmp(argv[1], "show") == 0)
        result = show(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "works") == 0)
        result = works(argv[2]);
    if (result != 0)
        perror("attr");
    return result != 0;
}
