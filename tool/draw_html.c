/* SPDX-License-Identifier: MIT */
/* A trace as a page: a slider through its operations. One file, nothing from elsewhere. */
#include "draw.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>

/* In pieces: C promises no longer strings than 4095 characters. */
static const char *const head[] = {
    "<!DOCTYPE html>\n"
    "<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" cont"
    "ent=\"width=device-width\">\n"
    "<title>mpumap trace</title>\n"
    "<style>\n"
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#59636e;--l"
    "ine:#24292f;--p1:#b6d9fc;--p3:#b4e2b6;\n"
    "--p5:#fbd9a0;--p7:#ff9d94;--bad:#a40e1a;--sel:#eaeef2}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--di"
    "m:#9aa4af;--line:#9aa4af;--p1:#12477f;\n"
    "--p3:#1c5c2e;--p5:#7a4b09;--p7:#8e1b14;--bad:#ff7b72;--sel:#21262d}}\n"
    "body{background:var(--bg);color:var(--fg);font:14px ui-monospace,Menlo"
    ",Consolas,'DejaVu Sans Mono',monospace;\n"
    "margin:1em auto;max-width:1200px;padding:0 1em}\n"
    "h1{font-size:1.2em;margin:.3em 0}\n"
    ".bar{display:flex;gap:.6em;align-items:center;position:sticky;top:0;ba"
    "ckground:var(--bg);padding:.5em 0}\n"
    ".bar input{flex:1}button{font:inherit;padding:.2em .8em}\n"
    "main{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);ga"
    "p:1.5em}\n"
    "@media(max-width:800px){main{grid-template-columns:1fr}}\n"
    "#op{font-size:1.1em;min-height:2.6em}.dim{color:var(--dim)}.bad{color:"
    "var(--bad);font-weight:bold}\n"
    "svg{width:100%;height:auto}svg text{fill:var(--fg);font-size:13px}svg "
    ".d{fill:var(--dim)}\n"
    "svg rect{stroke:var(--line)}svg .new{stroke-width:3}svg .g{stroke:var("
    "--dim);stroke-dasharray:2 4}\n"
    ".held{fill:none;stroke-dasharray:2 "
    "3}.p1{fill:var(--p1)}.p3{fill:var(--p3)}.p5{fill:var(--p5)}.p7{fill:var("
    "--p7)}.dev{stroke-dasharray:6 3}\n"
    "table{border-collapse:collapse}td,th{padding:.1em .8em .1em 0;text-ali"
    "gn:left}\n"
    "ol{max-height:45vh;overflow:auto;padding-left:0;list-style:none;margin"
    ":0}\n"
    "li{white-space:pre-wrap;cursor:pointer;padding:0 .4em}li.on{background"
    ":var(--sel);outline:1px solid var(--line)}\n"
    "</style></head><body>\n"
    "<h1 id=\"name\"></h1><p id=\"verdict\"></p>\n"
    "<div class=\"bar\"><button id=\"prev\" aria-label=\"previous operation\">&#9"
    "664;</button>\n"
    "<input type=\"range\" id=\"at\" min=\"0\" value=\"0\" aria-label=\"operation\">\n"
    "<button id=\"next\" aria-label=\"next operation\">&#9654;</button><button "
    "id=\"fail\">first failure</button>\n"
    "<span id=\"count\"></span></div>\n"
    "<p class=\"dim\">Keys: left and right, Home and End, f for the first fai"
    "lure.</p>\n"
    "<main><div><p id=\"op\" aria-live=\"polite\"></p><div id=\"map\"></div></div"
    ">\n"
    "<div><h2 class=\"dim\" style=\"font-size:1em\">Register writes of this ste"
    "p</h2><table id=\"writes\"></table>\n"
    "<h2 class=\"dim\" style=\"font-size:1em\">Operations</h2><ol id=\"list\"></o"
    "l></div></main>\n"
    "<script>\n"
    "\"use strict\";\n"
    "const T="};
static const char *const tail[] = {
    ";\n"
    "</script><script>\n"
    "\"use strict\";\n"
    "const $=id=>document.getElementById(id),S=T.steps;\n"
    "let last=[];\n"
    "let held=[];\n"
    "for(const s of S){s.was=last;if(s.regions===null){s.regions=last;s.spans"
    "=held;}last=s.regions;held=s.spans;}\n"
    "const big=x=>BigInt(x),hex=x=>\"0x\"+x.toString(16).padStart(8,\"0\");\n"
    "function size(n){let m=n,k=0;while(k<4&&m>=10240n){m/=1024n;k++;}if(m<<B"
    "igInt(10*k)!==n)return\"about \"+m+\" \"+[\"B\",\"KiB\",\"MiB\",\"GiB\","
    "\"TiB\"][k];\n"
    "const u=[\"B\",\"KiB\",\"MiB\",\"GiB\",\"TiB\"];let i=0;while(i<4&&n%102"
    "4n===0n){n/=1024n;i++;}return n+\" \"+u[i];}\n"
    "function edges(list){const e=new Set();for(const r of list){e.add(big(r."
    "base));e.add(big(r.limit)+1n);}\n"
    "return[...e].sort((a,b)=>a<b?-1:a>b?1:0);}\n"
    "const all=edges(S.flatMap(s=>s.regions.concat(s.spans))),fixed=all.lengt"
    "h<=24;\n"
    "const failed=S.findIndex(s=>s.failed),refused=S.findIndex(s=>s.refused);"
    "\n"
    "const first=failed>=0?failed:refused;\n"
    "function el(name,attributes,text){const n=document.createElementNS(\"htt"
    "p://www.w3.org/2000/svg\",name);\n"
    "for(const k in attributes)n.setAttribute(k,attributes[k]);if(text!==unde"
    "fined)n.textContent=text;return n;}\n"
    "function same(a,b){return a.base===b.base&&a.limit===b.limit&&a.owner==="
    "b.owner&&a.lower===b.lower&&a.type===b.type&&a.refs===b.refs&&a.slot===b"
    ".slot;}\n"
    "function draw(s){\n"
    "const list=s.regions,E=fixed?all:edges(list.concat(s.was,s.spans)),used="
    "fixed?S.flatMap(x=>x.regions):list.concat(s.was);\n"
    "const at=new Map(),svg=el(\"svg\",{role:\"img\",\"aria-label\":\"memory "
    "map\"});let y=20;\n"
    "E.forEach((e,i)=>{at.set(e,y);if(i+1<E.length){const h=E[i+1],c=used.som"
    "e(r=>big(r.base)<=e&&e<=big(r.limit));\n"
    "svg.append(el(\"text\",{x:130,y:c?y+13:y-2,\"text-anchor\":\"end\",class"
    ":list.some(r=>big(r.base)===e||big(r.limit)+1n===e)?\"\":\"d\"},hex(c?e:"
    "e-1n)));\n"
    "if(!c){svg.append(el(\"line\",{x1:140,x2:620,y1:y+14,y2:y+14,class:\"g\""
    "}));\n"
    "svg.append(el(\"text\",{x:150,y:y+11,class:\"d\"},size(h-e)+\" never cov"
    "ered\"));}\n"
    "y+=c?34:28;}else svg.append(el(\"text\",{x:130,y:y-2,\"text-anchor\":\"e"
    "nd\"},hex(e-1n)));});\n"
    "for(const r of list){const a=at.get(big(r.base)),b=at.get(big(r.limit)+1"
    "n),p=(r.owner[0]===\"r\"?1:0)+(r.owner[1]===\"w\"?2:0)+(r.owner[2]===\"x"
    "\"?4:0);\n"
    "const fresh=!s.was.some(o=>same(o,r));\n"
    "svg.append(el(\"rect\",{x:140,y:a,width:480,height:b-a,class:\"p\"+p+(r."
    "device?\" dev\":\"\")+(fresh?\" new\":\"\")}));\n"
    "svg.append(el(\"text\",{x:150,y:a+21},r.slot+\"  \"+r.owner+\" \"+r.lowe"
    "r+\"  \"+r.type+\" \"+r.share+\"  \"+size(big(r.limit)-big(r.base)+1n)+("
    "fresh?\"  \\u2190 changed\":\"\")));}\n"
    "for(const r of s.spans){const a=at.get(big(r.base)),b=at.get(big(r.limit"
    ")+1n);\n"
    "svg.append(el(\"rect\",{x:560,y:a,width:60,height:b-a,class:\"held\"}));"
    "svg.append(el(\"text\",{x:578,y:a+21},\"\\u00d7\"+r.refs));}\n"
    "if(!E.length)svg.append(el(\"text\",{x:150,y:20,class:\"d\"},\"nothing i"
    "s mapped\"));\n"
    "svg.setAttribute(\"viewBox\",\"0 0 640 \"+(y+20));$(\"map\").replaceChil"
    "dren(svg);}\n"
    "function row(cells){const tr=document.createElement(\"tr\");for(const c "
    "of cells){const td=document.createElement(\"td\");td.textContent=c;tr.ap"
    "pend(td);}return tr;}\n"
    "function show(i){i=Math.max(0,Math.min(S.length-1,i));const s=S[i];$(\"a"
    "t\").value=i;\n"
    "$(\"count\").textContent=(i+1)+\" of \"+S.length;$(\"op\").replaceChildr"
    "en();\n"
    "const where=document.createElement(\"span\");where.className=\"dim\";whe"
    "re.textContent=\"line \"+s.answer.line+\"  \";\n"
    "const what=document.createElement(\"span\");what.textContent=s.text+\"  "
    "\";\n"
    "const res=document.createElement(\"span\");res.textContent=\"\\u2192 \"+"
    "s.answer.result+(s.failed?\"  EXPECTATION FAILED\":\"\");\n",
    "res.className=s.failed||s.refused?\"bad\":\"dim\";$(\"op\").append(where"
    ",what,res);\n"
    "if(s.answer.why){const w=document.createElement(\"div\");w.className=\"d"
    "im\";w.textContent=\"because of \"+Object.entries(s.answer.why).map(([k,"
    "v])=>k+\" \"+v).join(\", \");$(\"op\").append(w);}\n"
    "draw(s);const steps=s.answer.steps||[];\n"
    "$(\"writes\").replaceChildren(...(steps.length?steps.map(w=>row([w.kind,"
    "w.slot===undefined?\"\":\"slot \"+w.slot,w.value===undefined?\"\":w.valu"
    "e,w.mask===undefined?\"\":\"mask \"+w.mask])):[row([\"none\"])]));\n"
    "[...$(\"list\").children].forEach((n,k)=>n.className=k===i?\"on\":\"\");"
    "\n"
    "const on=$(\"list\").children[i];if(on)$(\"list\").scrollTop=on.offsetTo"
    "p-$(\"list\").offsetTop-80;location.replace(\"#\"+(i+1));}\n"
    "const go=d=>show(+$(\"at\").value+d);\n"
    "$(\"name\").textContent=T.name+\", \"+T.arch+(T.level?\" EL\"+T.level:\""
    "\");\n"
    "$(\"verdict\").textContent=failed>=0?\"First expectation that failed: li"
    "ne \"+S[failed].answer.line:refused>=0?\"Every expectation held. First o"
    "peration that was refused: line \"+S[refused].answer.line:\"Every expect"
    "ation held; nothing else was refused.\";\n"
    "$(\"verdict\").className=failed>=0?\"bad\":\"dim\";\n"
    "if(first<0)$(\"fail\").disabled=true;\n"
    "S.forEach((s,i)=>{const li=document.createElement(\"li\");li.textContent"
    "=String(s.answer.line).padStart(4)+\"  \"+s.text+\"  \\u2192 \"+s.answer"
    ".result+(s.failed?\" FAILED\":\"\");\n"
    "if(s.failed)li.style.fontWeight=\"bold\";li.onclick=()=>show(i);$(\"list"
    "\").append(li);});\n"
    "$(\"at\").max=S.length-1;$(\"at\").oninput=()=>show(+$(\"at\").value);\n"
    "$(\"prev\").onclick=()=>go(-1);$(\"next\").onclick=()=>go(1);$(\"fail\")"
    ".onclick=()=>show(first);\n"
    "document.addEventListener(\"keydown\",e=>{if(e.ctrlKey||e.altKey||e.meta"
    "Key)return;\n"
    "const on=document.activeElement===$(\"at\");\n"
    "if(e.key===\"ArrowRight\"&&!on)go(1);else if(e.key===\"ArrowLeft\"&&!on)"
    "go(-1);else if(e.key===\"Home\"&&!on)show(0);\n"
    "else if(e.key===\"End\"&&!on)show(S.length-1);else if(e.key===\"f\"&&fir"
    "st>=0)show(first);else return;e.preventDefault();});\n"
    "show(parseInt(location.hash.slice(1),10)-1||0);\n"
    "</script></body></html>\n"};

struct page {
    const struct trace_file *file;
    struct mpu m;
    char *line; /* the player's JSON for an operation, while it is being written */
    size_t used;
    size_t room;
    uint32_t steps;
    size_t source; /* where line source_line begins in the file */
    unsigned long source_line;
    bool open; /* a step whose regions are not yet written */
    bool lost; /* no memory */
    /* The last step waits for the expectations that judge it. */
    bool failed;
    bool expected;
    bool refused;
};

static void pieces(const char *const *list, size_t count)
{
    for (size_t i = 0u; i < count; i++) {
        (void)fputs(list[i], stdout);
    }
}

/* The source of a line, none before the last one that was asked for, without comment and blanks at
 * its ends. */
static void source(struct page *p, unsigned long number)
{
    const char *end = &p->file->text[p->file->length];
    const char *at = &p->file->text[p->source];
    const char *stop;

    for (; (p->source_line < number) && (at < end); at++) {
        p->source_line += (*at == '\n') ? 1u : 0u;
    }
    p->source = (size_t)(at - p->file->text);
    for (; (at < end) && ((*at == ' ') || (*at == '\t')); at++) {
    }
    for (stop = at; (stop < end) && (*stop != '\n') && (*stop != '#'); stop++) {
    }
    for (; (stop > at) && ((stop[-1] == ' ') || (stop[-1] == '\t') || (stop[-1] == '\r')); stop--) {
    }
    json_quoted(stdout, at, (size_t)(stop - at));
}

static void close_step(struct page *p)
{
    if (p->open) {
        (void)printf(",\"regions\":null,\"spans\":null");
        p->open = false;
    }
    if (p->steps > 0u) {
        (void)printf(",\"failed\":%s,\"refused\":%s}", p->failed ? "true" : "false",
                     (p->refused && !p->expected) ? "true" : "false");
    }
    p->failed = p->expected = p->refused = false;
}

static bool is_refusal(const char *line)
{
    static const char *const fine[] = {"ok",      "found", "inclusive", "not-found",
                                       "overlap", "allow", "deny",      NULL};
    const char *word = strstr(line, "\"result\":\"");
    char copy[24];
    size_t length;

    if (word == NULL) {
        return false;
    }
    word += 10;
    length = strcspn(word, "\"");
    if (length >= sizeof copy) {
        return true;
    }
    memcpy(copy, word, length);
    copy[length] = '\0';
    if ((strcmp(copy, "overlap") == 0) && (strstr(line, "\"op\":\"find\"") == NULL)) {
        return true;
    }
    return cli_choose(copy, fine) < 0;
}

static void line_done(struct page *p)
{
    p->line[p->used] = '\0';
    if (strstr(p->line, "\"op\":\"expect\"") != NULL) {
        p->expected = true;
        p->failed = p->failed || (strstr(p->line, "\"result\":\"failed\"") != NULL);
        return;
    }
    close_step(p);
    (void)printf("%s\n{\"text\":", (p->steps > 0u) ? "," : "");
    source(p, strtoul(&p->line[strcspn(p->line, ":") + 1u], NULL, 10));
    (void)printf(",\"answer\":%s", p->line);
    p->refused = is_refusal(p->line);
    p->steps++;
    p->open = true;
}

static void begin_page(struct page *p)
{
    pieces(head, sizeof head / sizeof head[0]);
    (void)printf("{\"name\":");
    json_word(stdout, p->file->name);
    (void)printf(",\"steps\":[");
}

static void take(void *ctx, const char *text, size_t length)
{
    struct page *p = ctx;

    for (size_t i = 0u; i < length; i++) {
        if (p->used + 2u > p->room) {
            char *larger = realloc(p->line, 2u * p->room + 4096u);

            if (larger == NULL) {
                p->lost = true;
                return;
            }
            p->line = larger;
            p->room = 2u * p->room + 4096u;
        }
        if (text[i] != '\n') {
            p->line[p->used] = text[i];
            p->used++;
            continue;
        }
        if (p->steps == 0u) {
            begin_page(p);
        }
        line_done(p);
        p->used = 0u;
    }
}

static void regions(void *ctx, const struct watch_state *state)
{
    struct page *p = ctx;
    struct mpu *m = &p->m;
    char a[24], b[24], type[64];

    watch_registers(state, m);
    (void)printf(",\"regions\":[");
    for (uint16_t i = 0u; i < m->count; i++) {
        const struct mpu_region *r = &m->r[i];

        (void)printf(
            "%s{\"slot\":%u,\"base\":\"%s\",\"limit\":\"%s\",\"owner\":\"%s\",\"lower\":\"%s\",",
            (i > 0u) ? "," : "", r->slot, mpu_hex(m, r->base, a), mpu_hex(m, r->limit, b),
            mpu_rights_name(mpu_rights(m, r, false)), mpu_rights_name(mpu_rights(m, r, true)));
        (void)printf("\"type\":\"%s\",\"share\":\"%s\",\"refs\":%u,\"device\":%s}",
                     mpu_type(m, r, type), mpu_share(m, r), r->refs,
                     mpu_is_device(m, r) ? "true" : "false");
    }
    (void)printf("],\"spans\":[");
    for (uint32_t i = 0u; m->has_spans && (i < m->spans); i++) {
        (void)printf("%s{\"base\":\"%s\",\"limit\":\"%s\",\"refs\":%u}", (i > 0u) ? "," : "",
                     mpu_hex(m, m->span[i].base, a), mpu_hex(m, m->span[i].limit, b),
                     m->span[i].refs);
    }
    for (uint32_t i = 0u, written = 0u; !m->has_spans && (i < m->count); i++) {
        const struct mpu_region *r = &m->r[i];

        if (r->refs > 1u) {
            (void)printf("%s{\"base\":\"%s\",\"limit\":\"%s\",\"refs\":%u}",
                         (written > 0u) ? "," : "", mpu_hex(m, r->base, a), mpu_hex(m, r->limit, b),
                         r->refs);
            written++;
        }
    }
    (void)printf("]");
    p->open = false;
}

int draw_html(const struct trace_file *file)
{
    static struct page p;
    const struct player_options options = {.name = file->name, .json = true, .steps = true};
    const struct watch watch = {.ctx = &p, .out = take, .after = regions};
    int status;

    p = (struct page){.file = file, .source_line = 1u};
    status = engine_sim_watched(file, &options, &watch);
    free(p.line);
    if (p.lost) {
        (void)fprintf(stderr, "%s: not enough memory for this trace\n", file->name);
        return STATUS_USAGE;
    }
    if (p.steps == 0u) {
        if (status < PLAYER_MALFORMED) {
            (void)fprintf(stderr, "%s: found no operation, expected at least one\n", file->name);
        }
        return STATUS_USAGE;
    }
    close_step(&p);
    (void)printf("],\"arch\":\"%s\",\"level\":%u}", mpu_arch_name(p.m.arch),
                 (p.m.arch == MPU_M) ? 0u : p.m.level);
    pieces(tail, sizeof tail / sizeof tail[0]);
    return (status >= PLAYER_MALFORMED) ? status : STATUS_OK;
}
