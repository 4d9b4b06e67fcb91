/* SPDX-License-Identifier: MIT */
/* The map as SVG, self-contained, light and dark. */
#include "draw.h"

#include <string.h>

#define LEFT 150u
#define LANE 370u
#define SPACE 30u
#define GAP 30u
#define TOP 60u

static const char style[] =
    "<style>\n"
    "svg{background:#fff;font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}\n"
    "text{fill:#1b1f24}.dim{fill:#59636e}rect{stroke:#24292f;stroke-width:1}\n"
    ".p4{fill:#d5dbe1}.p1{fill:#b6d9fc}.p3{fill:#b4e2b6}.p5{fill:#fbd9a0}.p7{fill:#ff9d94}\n"
    ".device{stroke-dasharray:6 3}.over{fill:none;stroke:#c1121f;stroke-width:4}\n"
    ".bad{fill:#a40e1a;font-weight:bold}.gap{stroke:#8b949e;stroke-dasharray:2 4}\n"
    "@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.dim{fill:#9aa4af}"
    "\n"
    "rect{stroke:#9aa4af}.p4{fill:#3b434c}.p1{fill:#12477f}.p3{fill:#1c5c2e}.p5{fill:#7a4b09}\n"
    ".p7{fill:#8e1b14}.over{stroke:#ff7b72}.bad{fill:#ff7b72}}\n"
    "</style>\n";

struct axis {
    unsigned int y[DRAW_EDGES];
};

static unsigned int height_of(const struct draw *d, unsigned int i)
{
    uint64_t size = d->edge[i + 1u] - d->edge[i];
    unsigned int height = 34u;

    if (!draw_covered(d, d->edge[i])) {
        return GAP;
    }
    for (; size > 4096u; size >>= 2) {
        height += 6u;
    }
    return (height > 100u) ? 100u : height;
}

static unsigned int edge_index(const struct draw *d, uint64_t addr)
{
    unsigned int i = 0u;

    while ((i + 1u < d->edges) && (d->edge[i] != addr)) {
        i++;
    }
    return i;
}

/* How many mappings hold each stretch of a region, where there is more than one. */
static void counts(const struct draw *d, const struct axis *a, const struct draw_map *map,
                   const struct mpu_region *r, unsigned int left)
{
    uint32_t before = mpu_refs(map->m, r, r->base);

    for (unsigned int i = edge_index(d, r->base); d->edge[i] <= r->limit; i++) {
        uint32_t refs = mpu_refs(map->m, r, d->edge[i]);

        if (refs != before) {
            (void)printf("<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" class=\"gap\"/>\n",
                         left + LANE - 80u, a->y[i], left + LANE - 10u, a->y[i]);
        }
        if (refs > 1u) {
            (void)printf("<text x=\"%u\" y=\"%u\" text-anchor=\"end\">\303\227%u</text>\n",
                         left + LANE - 20u, a->y[i] + 21u, refs);
        }
        before = refs;
    }
}

static void box(const struct draw *d, const struct axis *a, const struct draw_map *map,
                unsigned int index, unsigned int x)
{
    const struct mpu_region *r = &map->m->r[map->order[index]];
    unsigned int left = x + map->lane[index] * LANE;
    unsigned int top = a->y[edge_index(d, r->base)];
    unsigned int bottom = a->y[edge_index(d, r->limit + 1u)];
    unsigned int owner = mpu_rights(map->m, r, false);
    const char *o = r->range_only ? "?" : mpu_rights_name(owner);
    const char *w = r->range_only ? "?" : mpu_rights_name(mpu_rights(map->m, r, true));
    char base[24], limit[24], size[24], type[64];

    (void)mpu_hex(map->m, r->base, base);
    (void)mpu_hex(map->m, r->limit, limit);
    (void)printf("<g><title>slot %u: %s..%s</title><rect x=\"%u\" y=\"%u\" width=\"%u\" "
                 "height=\"%u\" class=\"p%u%s\"/>\n",
                 r->slot, base, limit, left, top, LANE - 10u, bottom - top,
                 r->range_only ? 4u : owner, mpu_is_device(map->m, r) ? " device" : "");
    (void)printf("<text x=\"%u\" y=\"%u\">%u  %s %s  %s %s  %s</text></g>\n", left + 8u, top + 21u,
                 r->slot, o, w, mpu_type(map->m, r, type), mpu_share(map->m, r),
                 mpu_size(r->limit - r->base, size));
    counts(d, a, map, r, left);
}

static void overlaps(const struct draw *d, const struct axis *a, const struct draw_map *map,
                     unsigned int x)
{
    for (unsigned int i = 0u; i + 1u < d->edges; i++) {
        unsigned int hits = 0u;

        for (unsigned int lane = 0u; lane < map->lanes; lane++) {
            hits += (draw_at(map, lane, d->edge[i]) != NULL) ? 1u : 0u;
        }
        if (hits > 1u) {
            (void)printf("<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" class=\"over\"/>"
                         "<text x=\"%u\" y=\"%u\" class=\"bad\">overlap: faults</text>\n",
                         x - 3u, a->y[i], map->lanes * LANE - 4u, a->y[i + 1u] - a->y[i], x + 8u,
                         a->y[i + 1u] - 5u);
        }
    }
}

static void axis(const struct draw *d, const struct axis *a, unsigned int width)
{
    for (unsigned int i = 0u; i < d->edges; i++) {
        bool begins = (i + 1u < d->edges) && draw_covered(d, d->edge[i]);
        char text[32];

        (void)printf("<text x=\"%u\" y=\"%u\" text-anchor=\"end\">%s</text>\n", LEFT - 12u,
                     begins ? (a->y[i] + 12u) : (a->y[i] - 2u),
                     mpu_hex(d->map[0].m, begins ? d->edge[i] : (d->edge[i] - 1u), text));
        if ((i + 1u < d->edges) && !begins) {
            unsigned int middle = a->y[i] + GAP / 2u;

            (void)printf("<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\" class=\"gap\"/><text "
                         "x=\"%u\" y=\"%u\" class=\"dim\">%s not covered</text>\n",
                         LEFT, middle, width - 10u, middle, LEFT + 8u, middle - 3u,
                         mpu_about(d->edge[i + 1u] - d->edge[i] - 1u, text));
        }
    }
}

static void legend(const struct draw *d, unsigned int y)
{
    static const struct {
        unsigned int rights;
        const char *word;
    } all[] = {{1u, "read"}, {3u, "read, write"}, {5u, "read, execute"}, {7u, "all"}};
    unsigned int x = LEFT;

    for (unsigned int i = 0u; i < sizeof all / sizeof all[0]; i++) {
        (void)printf("<rect x=\"%u\" y=\"%u\" width=\"14\" height=\"14\" class=\"p%u\"/><text "
                     "x=\"%u\" y=\"%u\" class=\"dim\">%s</text>\n",
                     x, y, all[i].rights, x + 20u, y + 12u, all[i].word);
        x += 45u + 8u * (unsigned int)(sizeof "read, execute" - 1u) * ((i == 0u) ? 1u : 2u) / 2u;
    }
    (void)printf("<text x=\"%u\" y=\"%u\" class=\"dim\">rights: %s %s; dashed: device</text>\n",
                 LEFT, y + 32u, mpu_level_name(d->map[0].m, false),
                 mpu_level_name(d->map[0].m, true));
    for (unsigned int k = 0u; k < d->maps; k++) {
        for (unsigned int i = 0u; i < d->map[k].m->notes; i++) {
            (void)printf("<text x=\"12\" y=\"%u\" class=\"dim\">note: %s</text>\n",
                         y + 52u + 18u * (i + k * d->map[0].m->notes), d->map[k].m->note[i]);
        }
    }
}

static unsigned int widest_note(const struct draw *d)
{
    unsigned int widest = 0u;

    for (unsigned int k = 0u; k < d->maps; k++) {
        for (unsigned int i = 0u; i < d->map[k].m->notes; i++) {
            unsigned int width = 72u + 8u * (unsigned int)strlen(d->map[k].m->note[i]);

            widest = (width > widest) ? width : widest;
        }
    }
    return widest;
}

void draw_svg(const struct draw *d)
{
    static struct axis a;
    const struct mpu *m = d->map[0].m;
    unsigned int width = LEFT, notes = 0u, y = TOP, x = LEFT;

    for (unsigned int k = 0u; k < d->maps; k++) {
        width += d->map[k].lanes * LANE + SPACE;
        notes += d->map[k].m->notes;
    }
    width = (width < 760u) ? 760u : width;
    width = (width < widest_note(d)) ? widest_note(d) : width;
    for (unsigned int i = 0u; i < d->edges; i++) {
        a.y[i] = y;
        y += (i + 1u < d->edges) ? height_of(d, i) : 0u;
    }
    (void)printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
                 "viewBox=\"0 0 %u %u\" role=\"img\">\n<title>Memory map, %s</title>\n%s",
                 width, y + 90u + 18u * notes, width, y + 90u + 18u * notes, mpu_arch_name(m->arch),
                 style);
    (void)printf("<text x=\"12\" y=\"24\">%s%s</text>\n", mpu_arch_name(m->arch),
                 (m->arch == MPU_M) ? "" : ((m->level == 1u) ? ", EL1 MPU" : ", EL2 MPU"));
    axis(d, &a, width);
    for (unsigned int k = 0u; k < d->maps; k++) {
        if (d->maps > 1u) {
            (void)printf("<text x=\"%u\" y=\"48\" class=\"dim\">%s</text>\n", x,
                         (k == 0u) ? "before" : "after");
        }
        for (unsigned int i = 0u; i < d->map[k].count; i++) {
            box(d, &a, &d->map[k], i, x);
        }
        overlaps(d, &a, &d->map[k], x);
        x += d->map[k].lanes * LANE + SPACE;
    }
    legend(d, y + 20u);
    (void)printf("</svg>\n");
}
