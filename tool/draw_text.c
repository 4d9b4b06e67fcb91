/* SPDX-License-Identifier: MIT */
/* The map as boxes of characters (UTF-8). */
#include "draw.h"

#include <string.h>

#define BOX 46u

struct line {
    char text[2048];
    size_t used;
    size_t end; /* after the last character that is no blank */
};

static void put(struct line *l, const char *text)
{
    size_t length = strlen(text);

    if (l->used + length >= sizeof l->text) {
        return;
    }
    memcpy(&l->text[l->used], text, length);
    l->used += length;
    if (strspn(text, " ") != length) {
        l->end = l->used;
    }
}

static void repeat(struct line *l, const char *text, unsigned int times)
{
    for (unsigned int i = 0u; i < times; i++) {
        put(l, text);
    }
}

static void end_line(struct line *l)
{
    (void)fwrite(l->text, 1u, l->end, stdout);
    (void)fputc('\n', stdout);
    l->used = l->end = 0u;
}

/* A lane at an edge: what ends above it and what begins below it. */
static void border(struct line *l, const struct mpu_region *above, const struct mpu_region *below)
{
    const char *left = " ", *middle = " ", *right = " ";

    if ((above != NULL) && (above == below)) {
        left = right = "│";
    } else if ((above != NULL) && (below != NULL)) {
        left = "├", middle = "─", right = "┤";
    } else if (below != NULL) {
        left = "┌", middle = "─", right = "┐";
    } else if (above != NULL) {
        left = "└", middle = "─", right = "┘";
    }
    put(l, left);
    repeat(l, middle, BOX - 2u);
    put(l, right);
    put(l, " ");
}

static void label(const struct draw_map *map, const struct mpu_region *r, char out[BOX + 80u])
{
    char type[64], size[24], refs[16] = "";

    if (r->refs > 1u) {
        (void)snprintf(refs, sizeof refs, " x%u", r->refs);
    }
    (void)snprintf(out, BOX + 80u, " %u  %s %s  %s %s  %s%s", r->slot,
                   r->range_only ? "?" : mpu_rights_name(mpu_rights(map->m, r, false)),
                   r->range_only ? "?" : mpu_rights_name(mpu_rights(map->m, r, true)),
                   mpu_type(map->m, r, type), mpu_share(map->m, r),
                   mpu_size(r->limit - r->base, size), refs);
}

static void body(struct line *l, const struct draw_map *map, const struct mpu_region *r, bool first)
{
    char text[BOX + 80u] = "";
    size_t length;

    if (r == NULL) {
        repeat(l, " ", BOX + 1u);
        return;
    }
    if (first) {
        label(map, r, text);
        text[BOX - 2u] = '\0';
    }
    length = strlen(text);
    put(l, "│");
    put(l, text);
    repeat(l, " ", (unsigned int)(BOX - 2u - length));
    put(l, "│");
    put(l, " ");
}

static void edge_line(const struct draw *d, unsigned int i, struct line *l)
{
    uint64_t at = d->edge[i];
    bool begins = (i + 1u < d->edges) && draw_covered(d, at);
    char text[24];

    put(l, " ");
    put(l, mpu_hex(d->map[0].m, begins ? at : (at - 1u), text));
    put(l, " ");
    for (unsigned int k = 0u; k < d->maps; k++) {
        for (unsigned int lane = 0u; lane < d->map[k].lanes; lane++) {
            const struct mpu_region *above = (i > 0u) ? draw_at(&d->map[k], lane, at - 1u) : NULL;
            const struct mpu_region *below =
                (i + 1u < d->edges) ? draw_at(&d->map[k], lane, at) : NULL;

            border(l, above, below);
        }
        put(l, "  ");
    }
    end_line(l);
}

static void segment_line(const struct draw *d, unsigned int i, struct line *l)
{
    uint64_t at = d->edge[i];
    unsigned int margin = (d->map[0].m->arch == MPU_R64) ? 16u : 12u;
    char text[64], size[24];
    bool overlap = false;

    repeat(l, " ", margin);
    if (!draw_covered(d, at)) {
        (void)snprintf(text, sizeof text, "⋮  %s not covered",
                       mpu_size(d->edge[i + 1u] - at - 1u, size));
        put(l, text);
        end_line(l);
        return;
    }
    for (unsigned int k = 0u; k < d->maps; k++) {
        unsigned int hits = 0u;

        for (unsigned int lane = 0u; lane < d->map[k].lanes; lane++) {
            const struct mpu_region *r = draw_at(&d->map[k], lane, at);

            body(l, &d->map[k], r, (r != NULL) && (r->base == at));
            hits += (r != NULL) ? 1u : 0u;
        }
        overlap = overlap || (hits > 1u);
        put(l, "  ");
    }
    if (overlap) {
        put(l, "OVERLAP: every access here faults");
    }
    end_line(l);
}

void draw_text(const struct draw *d)
{
    static struct line l;
    const struct mpu *m = d->map[0].m;

    (void)printf("%s%s: slot, rights of %s and %s, type, shareability, size, xN: mappings\n",
                 mpu_arch_name(m->arch),
                 (m->arch == MPU_M) ? "" : ((m->level == 1u) ? ", EL1 MPU" : ", EL2 MPU"),
                 mpu_level_name(m, false), mpu_level_name(m, true));
    if (d->maps == 2u) {
        repeat(&l, " ", (m->arch == MPU_R64) ? 16u : 12u);
        put(&l, "before");
        repeat(&l, " ", d->map[0].lanes * (BOX + 1u) + 2u - 6u);
        put(&l, "after");
        end_line(&l);
    }
    for (unsigned int i = 0u; i < d->edges; i++) {
        edge_line(d, i, &l);
        if (i + 1u < d->edges) {
            segment_line(d, i, &l);
        }
    }
    if (d->edges == 0u) {
        (void)printf("(no region is enabled)\n");
    }
    for (unsigned int k = 0u; k < d->maps; k++) {
        for (unsigned int i = 0u; i < d->map[k].m->notes; i++) {
            (void)printf("note: %s\n", d->map[k].m->note[i]);
        }
    }
}
