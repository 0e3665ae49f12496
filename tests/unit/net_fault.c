/* net_fault.c - net/fault: the words of records, and texts that are cut to their room. */
#include "net/fault.h"

#include <string.h>

#include "test.h"

/* The closed list of gf-fetch(1): a word that changes breaks those who read records. */
TEST(net_fault, words)
{
    static const struct {
        enum gf_net_error e;
        const char *word;
    } errors[] = {
        {GF_NET_BAD_REQUEST, "bad_request"},
        {GF_NET_PROTO_DENIED, "proto_denied"},
        {GF_NET_ADDR_DENIED, "addr_denied"},
        {GF_NET_DNS, "dns"},
        {GF_NET_CONNECT, "connect"},
        {GF_NET_TLS, "tls"},
        {GF_NET_TIMEOUT, "timeout"},
        {GF_NET_LOW_SPEED, "low_speed"},
        {GF_NET_PARTIAL, "partial"},
        {GF_NET_PROTOCOL, "protocol"},
        {GF_NET_TOO_LARGE, "too_large"},
        {GF_NET_TOO_MANY_REDIRECTS, "too_many_redirects"},
        {GF_NET_HTTP, "http"},
        {GF_NET_CHECKSUM, "checksum"},
        {GF_NET_EXISTS, "exists"},
        {GF_NET_WRITE, "write"},
        {GF_NET_MEMORY, "memory"},
        {GF_NET_CANCELLED, "cancelled"},
    };
    static const struct {
        enum gf_net_phase p;
        const char *word;
    } phases[] = {
        {GF_NET_PHASE_QUEUE, "queue"},     {GF_NET_PHASE_DNS, "dns"},
        {GF_NET_PHASE_CONNECT, "connect"}, {GF_NET_PHASE_TLS, "tls"},
        {GF_NET_PHASE_SEND, "send"},       {GF_NET_PHASE_BODY, "body"},
    };
    CHECK_INT(sizeof errors / sizeof errors[0], GF_NET_ERRORS - 1);
    CHECK_INT(sizeof phases / sizeof phases[0], GF_NET_PHASES - 1);
    CHECK(gf_net_error_word(GF_NET_OK) == NULL);
    CHECK(gf_net_phase_word(GF_NET_PHASE_NONE) == NULL);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        CHECK_STR(gf_net_error_word(errors[i].e), errors[i].word);
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++)
        CHECK_STR(gf_net_phase_word(phases[i].p), phases[i].word);
}

TEST(net_fault, because)
{
    struct gf_net_why why;
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CHECK_INT(gf_net_because(NULL, GF_NET_DNS, "a hint", "no %s", "name"), GF_NET_DNS);
    CHECK_INT(gf_net_because(&why, GF_NET_TLS, "a hint", "no %s", "trust"), GF_NET_TLS);
    CHECK_STR(why.what, "no trust");
    CHECK_STR(why.hint, "a hint");
    CHECK_INT(gf_net_because(&why, GF_NET_TLS, NULL, "%d", 5), GF_NET_TLS);
    CHECK_STR(why.what, "5");
    CHECK_STR(why.hint, "");
    gf_net_because(&why, GF_NET_TLS, text, "%s", text);
    CHECK_INT(strlen(why.what), sizeof why.what - 1);
    CHECK_INT(strlen(why.hint), sizeof why.hint - 1);
}
