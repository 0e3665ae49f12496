/* style.h - how a page looks: its style sheet, for page.c alone. */
#ifndef GF_PAGE_STYLE_H
#define GF_PAGE_STYLE_H

static const char style_begin[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c1e21;--dim:#5d6570;--line:#d7dbe0;"
    "--ok:#2f7d4f;--failed:#c0342b;--late:#b25e00;--again:#5b6ea8;--cut:#6b7178;--row:#f3f5f7;"
    "--on:#fff}"
    "@media(prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#e6e8eb;--dim:#9aa3ad;"
    "--line:#343a41;--ok:#4caf78;--failed:#ef6a5f;--late:#e39a3b;--again:#8ea2e0;--cut:#a3a9b0;"
    "--row:#1d2126;--on:#101317}}"
    "*{box-sizing:border-box}body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:72rem;"
    "background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}"
    "h1{font-size:1.4rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .3rem}"
    "p{margin:.3rem 0;color:var(--dim)}"
    "dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(7rem,1fr));gap:.6rem;"
    "margin:1rem 0}dl div{background:var(--row);border-radius:6px;padding:.5rem .7rem}"
    "dt{color:var(--dim);font-size:.8rem}dd{margin:0;font-size:1.15rem;"
    "font-variant-numeric:tabular-nums}"
    ".ok{background:var(--ok)}.failed{background:var(--failed)}.late{background:var(--late)}"
    ".again{background:var(--again)}.cut{background:var(--cut)}"
    ".key{margin-bottom:.6rem}.key span{display:inline-block;margin-right:1rem}"
    ".key b{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.35em}"
    ".slots{display:grid;grid-template-columns:auto minmax(0,1fr);column-gap:.5rem;"
    "font-size:12px;color:var(--dim)}.slots ol{list-style:none;margin:0;padding:0;"
    "text-align:right}.lanes{position:relative;grid-column:2;overflow:hidden;"
    "background-color:var(--row)}.lanes i{position:absolute;min-width:1px;overflow:hidden;"
    "white-space:nowrap;text-overflow:ellipsis;font-style:normal;font-size:11px;color:var(--on);"
    "border-radius:2px}.lanes hr{position:absolute;left:0;right:0;height:2px;margin:0;border:0;"
    "background:var(--bg)}.lanes u{position:absolute;top:0;bottom:0;border-left:1px solid "
    "var(--line)}.ticks{position:relative;grid-column:2;height:1.6em}"
    ".ticks span{position:absolute;transform:translateX(-50%);white-space:nowrap}"
    ".ticks span:first-child{transform:none}.ticks .end{transform:translateX(-100%)}"
    ".times{display:flex;align-items:flex-end;gap:2px;height:14rem;font-size:12px;"
    "color:var(--dim)}.times div{flex:0 1 7rem;min-width:0;height:100%;display:flex;"
    "flex-direction:column;justify-content:flex-end}.times span{text-align:center}"
    ".times i{flex:none}.times .from{text-align:left;border-left:1px solid var(--line);"
    "padding-left:2px;white-space:nowrap}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;"
    "border-top:1px solid var(--line)}th{color:var(--dim);font-weight:500;white-space:nowrap}"
    "code,pre{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap;"
    "margin:0}pre{color:var(--dim);max-height:14em;overflow:auto}"
    ".line{background:var(--row);color:var(--fg);border-radius:6px;padding:.5rem .7rem;"
    "margin:.5rem 0}.n{white-space:nowrap}"
    "@media(max-width:40rem){tr,td{display:block}th{display:none}td{border:0;padding:0}"
    "td:first-child{border-top:1px solid var(--line);padding-top:.4rem;font-weight:600}"
    "td:first-child:before{content:\"";
/* here stands what the number of a row is of */
static const char style_end[] =
    " \"}.many div:nth-child(3n+2) .from,"
    ".many div:nth-child(3n) .from{color:transparent;border-color:transparent}}";

/* Lanes with names: they are cut where they would take too much of the width. */
static const char style_named[] =
    ".named{grid-template-columns:fit-content(34%) minmax(0,1fr)}.named ol{min-width:0}"
    ".named li{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}";

#endif
