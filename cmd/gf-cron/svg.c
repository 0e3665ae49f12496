/*
 * svg.c - the pieces of an SVG: boxes and texts.
 *
 * A piece has a class and no colour: the style sheet at the front gives each class its colour
 * twice, the second time in a media query for a dark window. So a viewer needs nothing but classes
 * and media queries. The hatch is a pattern of two classes for the same reason. A length is printed
 * as two whole numbers, its units and its hundredths.
 */
#include "svg.h"

#include <string.h>

#include "base/escape.h"

static const char style[] =
    "<style>\n"
    "svg{width:100%;height:auto;max-width:1600px;background:#fff}\n"
    "text{font:12px system-ui,sans-serif;fill:#1f2328}\n"
    ".head{font-size:16px;font-weight:bold}.part,.day{font-weight:bold}\n"
    ".name,.line{font-family:ui-monospace,monospace}\n"
    ".name,.right{text-anchor:end}.hour{font-size:10px;fill:#57606a;text-anchor:middle}\n"
    ".page{fill:#fff}.stripe{fill:#f2f4f7}.rule{fill:#c4cad1}.base{fill:#8c959f}\n"
    ".once{fill:#5b9bd5}.often{fill:#1b4f8a}.bar{fill:#6e7781}.most{fill:#cf222e}\n"
    ".hatch{fill:url(#hatch)}.hatch0{fill:#fbe9c6}.hatch1{stroke:#9a6700}\n"
    ".change{fill:#7d4e00;font-weight:bold}\n"
    "@media (prefers-color-scheme:dark){\n"
    "svg{background:#0d1117}text{fill:#e6edf3}.hour{fill:#9ea7b3}\n"
    ".page{fill:#0d1117}.stripe{fill:#171d26}.rule{fill:#3d444d}.base{fill:#656c76}\n"
    ".once{fill:#3f7fc4}.often{fill:#a5d0ff}.bar{fill:#9198a1}.most{fill:#ff6b63}\n"
    ".hatch0{fill:#3a2d10}.hatch1{stroke:#d29922}.change{fill:#e3b341}\n"
    "}\n</style>\n"
    "<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\""
    " patternTransform=\"rotate(45)\"><rect class=\"hatch0\" width=\"5\" height=\"5\"/>"
    "<path class=\"hatch1\" d=\"M0 0V5\" stroke-width=\"2\"/></pattern></defs>\n";

/* ` name="12.34"` */
static void put_length(struct gf_buf *b, const char *name, int64_t v)
{
    gf_buf_printf(b, " %s=\"%lld.%02lld\"", name, (long long)(v / 100), (long long)(v % 100));
}

static void put_escaped(struct gf_buf *b, const char *s)
{
    struct gf_buf safe = {0};
    gf_escape_term(&safe, s, strlen(s));
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '&')
            gf_buf_puts(b, "&amp;");
        else if (safe.data[i] == '<')
            gf_buf_puts(b, "&lt;");
        else
            gf_buf_putc(b, safe.data[i]);
    }
    gf_buf_inherit(b, &safe);
    gf_buf_release(&safe);
}

void svg_title(struct gf_buf *b, const char *s)
{
    gf_buf_puts(b, "<title>");
    put_escaped(b, s);
    gf_buf_puts(b, "</title>");
}

void svg_open(struct gf_buf *b, int64_t width, int64_t height, const char *title)
{
    gf_buf_printf(b,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %lld %lld\""
                  " role=\"img\">\n",
                  (long long)width / 100, (long long)height / 100);
    svg_title(b, title);
    gf_buf_putc(b, '\n');
    gf_buf_puts(b, style);
    svg_box(b, 0, 0, width, height, "page", NULL);
}

void svg_close(struct gf_buf *b)
{
    gf_buf_puts(b, "</svg>\n");
}

void svg_box(struct gf_buf *b, int64_t x, int64_t y, int64_t w, int64_t h, const char *class,
             const char *title)
{
    gf_buf_printf(b, "<rect class=\"%s\"", class);
    put_length(b, "x", x);
    put_length(b, "y", y);
    put_length(b, "width", w);
    put_length(b, "height", h);
    if (title) {
        gf_buf_putc(b, '>');
        svg_title(b, title);
        gf_buf_puts(b, "</rect>\n");
    } else {
        gf_buf_puts(b, "/>\n");
    }
}

void svg_text(struct gf_buf *b, int64_t x, int64_t y, const char *class, const char *s)
{
    gf_buf_printf(b, "<text class=\"%s\"", class);
    put_length(b, "x", x);
    put_length(b, "y", y);
    gf_buf_putc(b, '>');
    put_escaped(b, s);
    gf_buf_puts(b, "</text>\n");
}
