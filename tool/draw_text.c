/* SPDX-License-Identifier: MIT */
/* The map as boxes of characters (UTF-8), as wide as the terminal, or 80 columns. */
#define _DEFAULT_SOURCE

#include "draw.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS 80u
#define BOX_MOST 46u
#define BOX_LEAST 20u
#define LABEL 128u

struct line {
    char text[4096];
    size_t used;
    size_t end;       /* after the last character that is no blank */
    unsigned int box; /* columns of a box */
    bool two;         /* labels of two lines */
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
    repeat(l, middle, l->box - 2u);
    put(l, right);
    put(l, " ");
}

/* row 0 and 1 of a label of two lines, or all of it */
static void label(const struct line *l, const struct draw_map *map, const struct mpu_region *r,
                  unsigned int row, char out[LABEL])
{
    char type[64], size[24];
    const char *owner = r->range_only ? "?" : mpu_rights_name(mpu_rights(map->m, r, false));
    const char *lower = r->range_only ? "?" : mpu_rights_name(mpu_rights(map->m, r, true));

    (void)mpu_type(map->m, r, type);
    (void)mpu_size(r->limit - r->base, size);
    if (!l->two) {
        (void)snprintf(out, LABEL, " %u  %s %s  %s %s  %s", r->slot, owner, lower, type,
                       mpu_share(map->m, r), size);
    } else if (row == 0u) {
        (void)snprintf(out, LABEL, " %u  %s %s  %s", r->slot, owner, lower, size);
    } else {
        (void)snprintf(out, LABEL, "    %s %s", type, mpu_share(map->m, r));
    }
}

/* A row of a region: its label where it begins, the count of its mappings at the right. */
static void body(struct line *l, const struct draw_map *map, const struct mpu_region *r,
                 uint64_t at, unsigned int row)
{
    char text[LABEL] = "", refs[16] = "";
    uint32_t count;
    size_t length;

    if (r == NULL) {
        repeat(l, " ", l->box + 1u);
        return;
    }
    count = mpu_refs(map->m, r, at);
    if ((row == 0u) && (count > 1u)) {
        (void)snprintf(refs, sizeof refs, " x%u ", count);
    }
    if (r->base == at) {
        label(l, map, r, row, text);
        text[l->box - 2u - strlen(refs)] = '\0';
    }
    length = strlen(text) + strlen(refs);
    put(l, "│");
    put(l, text);
    repeat(l, " ", l->box - 2u - (unsigned int)length);
    put(l, refs);
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

static unsigned int margin(const struct draw *d)
{
    return (d->map[0].m->arch == MPU_R64) ? 16u : 12u;
}

/* Returns whether regions overlap here. */
static bool segment_row(const struct draw *d, uint64_t at, unsigned int row, struct line *l)
{
    bool overlap = false;

    repeat(l, " ", margin(d));
    for (unsigned int k = 0u; k < d->maps; k++) {
        unsigned int hits = 0u;

        for (unsigned int lane = 0u; lane < d->map[k].lanes; lane++) {
            const struct mpu_region *r = draw_at(&d->map[k], lane, at);

            body(l, &d->map[k], r, at, row);
            hits += (r != NULL) ? 1u : 0u;
        }
        overlap = overlap || (hits > 1u);
        put(l, "  ");
    }
    end_line(l);
    return overlap;
}

static bool begins_at(const struct draw *d, uint64_t at)
{
    for (unsigned int k = 0u; k < d->maps; k++) {
        for (unsigned int lane = 0u; lane < d->map[k].lanes; lane++) {
            const struct mpu_region *r = draw_at(&d->map[k], lane, at);

            if ((r != NULL) && (r->base == at)) {
                return true;
            }
        }
    }
    return false;
}

static void segment(const struct draw *d, unsigned int i, struct line *l)
{
    uint64_t at = d->edge[i];
    char text[64], size[32];
    bool overlap;

    if (!draw_covered(d, at)) {
        repeat(l, " ", margin(d));
        (void)snprintf(text, sizeof text, "⋮  %s not covered",
                       mpu_about(d->edge[i + 1u] - at - 1u, size));
        put(l, text);
        end_line(l);
        return;
    }
    overlap = segment_row(d, at, 0u, l);
    if (l->two && begins_at(d, at)) {
        (void)segment_row(d, at, 1u, l);
    }
    if (overlap) {
        repeat(l, " ", margin(d));
        put(l, "OVERLAP: every access here faults");
        end_line(l);
    }
}

/* Boxes that fit beside one another; where they are narrow, labels take two lines. */
static void measure(const struct draw *d, struct line *l)
{
    struct winsize window = {0};
    unsigned int columns = COLUMNS, lanes = 0u, room;

    if ((isatty(STDOUT_FILENO) != 0) && (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0) &&
        (window.ws_col >= 40u)) {
        columns = window.ws_col;
    }
    for (unsigned int k = 0u; k < d->maps; k++) {
        lanes += d->map[k].lanes;
    }
    room = (columns - margin(d) - 2u * d->maps) / ((lanes == 0u) ? 1u : lanes) - 1u;
    l->box = (room > BOX_MOST) ? BOX_MOST : ((room < BOX_LEAST) ? BOX_LEAST : room);
    l->two = l->box < BOX_MOST;
}

void draw_text(const struct draw *d)
{
    static struct line l;
    const struct mpu *m = d->map[0].m;

    measure(d, &l);
    (void)printf("%s%s\nslot, rights of %s and %s, type, shareability, size, xN: mappings\n",
                 mpu_arch_name(m->arch),
                 (m->arch == MPU_M) ? "" : ((m->level == 1u) ? ", EL1 MPU" : ", EL2 MPU"),
                 mpu_level_name(m, false), mpu_level_name(m, true));
    if (d->maps == 2u) {
        repeat(&l, " ", margin(d));
        put(&l, "before");
        repeat(&l, " ", d->map[0].lanes * (l.box + 1u) + 2u - 6u);
        put(&l, "after");
        end_line(&l);
    }
    for (unsigned int i = 0u; i < d->edges; i++) {
        edge_line(d, i, &l);
        if (i + 1u < d->edges) {
            segment(d, i, &l);
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
