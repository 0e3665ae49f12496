/* json.c - the JSON writer, its calls and texts driven by the input, against a strict parser. */
#include "base/json.h"

#include "oracle.h"
#include "strict_json.h"

struct input {
    const uint8_t *at, *end;
};

static uint8_t byte(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static int64_t number(struct input *in)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | byte(in);
    return (int64_t)v;
}

static void text(struct gf_json *j, const char *key, struct input *in)
{
    size_t n = byte(in);
    if (n > (size_t)(in->end - in->at))
        n = (size_t)(in->end - in->at);
    gf_json_str(j, key, (const char *)in->at, n);
    in->at += n;
}

static void value(struct gf_json *j, const char *key, struct input *in, int depth)
{
    double d;
    int64_t n;
    switch (byte(in) % 9) {
    case 0:
        gf_json_int(j, key, number(in));
        break;
    case 1:
        gf_json_uint(j, key, (uint64_t)number(in));
        break;
    case 2:
        n = number(in);
        memcpy(&d, &n, sizeof d);
        gf_json_double(j, key, d);
        break;
    case 3:
        gf_json_seconds(j, key, number(in));
        break;
    case 4:
        gf_json_bool(j, key, byte(in) & 1);
        break;
    case 5:
        gf_json_null(j, key);
        break;
    case 6:
        gf_json_begin_object(j, key);
        for (int i = byte(in) % 4; i > 0 && depth < 8; i--)
            value(j, "k", in, depth + 1);
        gf_json_end_object(j);
        break;
    case 7:
        gf_json_begin_array(j, key);
        for (int i = byte(in) % 4; i > 0 && depth < 8; i--)
            value(j, NULL, in, depth + 1);
        gf_json_end_array(j);
        break;
    default:
        text(j, key, in);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    struct gf_buf b = GF_BUF_INIT(1 << 20);
    struct gf_json j;
    gf_json_open(&j, &b);
    while (in.at < in.end)
        value(&j, "key", &in, 0);
    gf_json_close(&j);
    if (!b.failed)
        MUST(strict_json(b.data, b.len) && memchr(b.data, '\n', b.len) == b.data + b.len - 1);
    gf_buf_release(&b);
    return 0;
}
