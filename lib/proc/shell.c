/*
 * shell.c - shells are known by the name behind the last slash; their options are read as shells
 * do.
 *
 * The options end at the first word that begins with neither - nor +, at a - or + alone, or behind
 * --. Letters may stand together (-ec), so -c is looked for in every word of letters. A word that
 * belongs to an option (-o NAME) is passed over, so that NAME is not taken for the script.
 */
#include "proc/shell.h"

#include <string.h>

static const char *base_name(const char *word)
{
    const char *slash = strrchr(word, '/');
    return slash ? slash + 1 : word;
}

bool gf_shell_is(const char *word)
{
    static const char *const shells[] = {"sh",  "bash", "dash", "zsh",   "ksh",  "mksh",
                                         "ash", "yash", "fish", "rbash", "ksh93"};
    const char *name = base_name(word);
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(name, shells[i]) == 0)
            return true;
    return false;
}

/* Whether a word follows that belongs to the option: -o NAME, +O NAME, --rcfile FILE. */
static bool takes_word(const char *option)
{
    if (strcmp(option, "--rcfile") == 0 || strcmp(option, "--init-file") == 0)
        return true;
    size_t len = strlen(option);
    return option[1] != '-' && (option[len - 1] == 'o' || option[len - 1] == 'O');
}

size_t gf_shell_script(char *const *words, size_t n, size_t i)
{
    bool has_c = false;
    size_t j = i + 1;
    for (; j < n && (words[j][0] == '-' || words[j][0] == '+') && words[j][1]; j++) {
        if (strcmp(words[j], "--") == 0) {
            j++;
            break;
        }
        if (words[j][0] == '-' && words[j][1] != '-' && strchr(words[j], 'c'))
            has_c = true;
        if (strcmp(words[j], "--command") == 0)
            has_c = true;
        if (takes_word(words[j]))
            j++;
    }
    return has_c ? j : 0;
}
