/* SPDX-License-Identifier: MIT */
/* `mpumap draw`: the map as a picture. */
#include "draw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: mpumap draw [options] FILE|- [AFTER]\n"
    "\n"
    "Draws the map: addresses downwards, gaps compressed, coloured by permission, with the number "
    "of\n"
    "mappings that hold a region. With a second file, before and after side by side.\n"
    "\n"
    "  --text                     boxes of characters, for a terminal, instead of SVG\n"
    "  --html                     of a trace: a page with a slider through its operations\n"
    "  --json                     one JSON object a line for each stretch of addresses\n"
    "\n" INPUT_HELP "\n"
    "Exit status: 0 drawn, 2 the input or the command line is malformed\n"
    "\n"
    "Examples\n"
    "  mpumap draw --text --arch armv8r32 regs.txt\n"
    "  mpumap draw --arch armv8m before.txt after.txt >change.svg\n"
    "  mpumap draw --html examples/demo.trace >demo.html\n";

const struct mpu_region *draw_at(const struct draw_map *map, unsigned int lane, uint64_t addr)
{
    for (unsigned int i = 0u; i < map->count; i++) {
        const struct mpu_region *r = &map->m->r[map->order[i]];

        if ((map->lane[i] == lane) && (r->base <= addr) && (addr <= r->limit)) {
            return r;
        }
    }
    return NULL;
}

bool draw_covered(const struct draw *d, uint64_t addr)
{
    for (unsigned int i = 0u; i < d->maps; i++) {
        for (unsigned int lane = 0u; lane < d->map[i].lanes; lane++) {
            if (draw_at(&d->map[i], lane, addr) != NULL) {
                return true;
            }
        }
    }
    return false;
}

static void add_edge(struct draw *d, uint64_t addr)
{
    unsigned int at = d->edges;

    for (unsigned int i = 0u; i < d->edges; i++) {
        if (d->edge[i] == addr) {
            return;
        }
    }
    for (; (at > 0u) && (d->edge[at - 1u] > addr); at--) {
        d->edge[at] = d->edge[at - 1u];
    }
    d->edge[at] = addr;
    d->edges++;
}

/* The first lane whose last region ends before this one begins; the last lane holds what is left.
 */
static void add_map(struct draw *d, const struct mpu *m)
{
    struct draw_map *map = &d->map[d->maps];
    uint64_t end[DRAW_LANES] = {0u};

    map->m = m;
    map->count = mpu_sorted(m, map->order);
    map->lanes = 1u;
    for (unsigned int i = 0u; i < map->count; i++) {
        const struct mpu_region *r = &m->r[map->order[i]];
        unsigned int lane = 0u;

        while ((lane + 1u < DRAW_LANES) && (end[lane] > r->base)) {
            lane++;
        }
        map->lane[i] = (uint8_t)lane;
        end[lane] = r->limit + 1u;
        map->lanes = (lane + 1u > map->lanes) ? (lane + 1u) : map->lanes;
        add_edge(d, r->base);
        add_edge(d, r->limit + 1u);
    }
    d->maps++;
}

static void draw_json(const struct draw *d)
{
    for (unsigned int i = 0u; i + 1u < d->edges; i++) {
        char base[24], limit[24];

        (void)printf("{\"base\":\"%s\",\"limit\":\"%s\",\"maps\":[",
                     mpu_hex(d->map[0].m, d->edge[i], base),
                     mpu_hex(d->map[0].m, d->edge[i + 1u] - 1u, limit));
        for (unsigned int k = 0u; k < d->maps; k++) {
            const char *comma = "";

            (void)printf("%s[", (k > 0u) ? "," : "");
            for (unsigned int lane = 0u; lane < d->map[k].lanes; lane++) {
                const struct mpu_region *r = draw_at(&d->map[k], lane, d->edge[i]);

                if (r != NULL) {
                    (void)printf("%s%u", comma, r->slot);
                    comma = ",";
                }
            }
            (void)printf("]");
        }
        (void)printf("]}\n");
    }
}

static int page(const char *path)
{
    struct trace_file file;
    int status;

    if (!cli_read_file(path, &file)) {
        (void)fprintf(stderr, "mpumap: cannot read %s: %s\n", path, strerror(errno));
        free(file.text);
        return STATUS_USAGE;
    }
    if (input_is_trace(&file)) {
        status = draw_html(&file);
    } else {
        (void)fprintf(stderr, "%s: found no trace, expected one for --html\n", file.name);
        status = STATUS_USAGE;
    }
    free(file.text);
    return status;
}

int draw_main(int argc, char **argv)
{
    static struct mpu m[DRAW_MAPS];
    static struct draw d;
    struct input_options input = {0};
    bool text = false, html = false, json = false;
    const char *files[DRAW_MAPS] = {NULL, NULL};
    const struct cli_option options[] = {INPUT_OPTIONS(input),
                                         {.name = "--text", .flag = &text},
                                         {.name = "--html", .flag = &html},
                                         {.name = "--json", .flag = &json},
                                         {.name = NULL}};
    struct cli_command c = {.name = "draw",
                            .usage = usage,
                            .options = options,
                            .files_max = (int)DRAW_MAPS,
                            .files = files};
    int status = cli_parse(&c, argc, argv);

    if ((status != 0) || c.help) {
        return status;
    }
    if (html) {
        return (c.file_count == 1) ? page(files[0])
                                   : cli_refuse("draw", "--html takes one trace", NULL);
    }
    for (int i = 0; i < c.file_count; i++) {
        status = input_load(files[i], &input, &m[i]);
        if (status != 0) {
            return status;
        }
        add_map(&d, &m[i]);
    }
    if ((c.file_count == 2) && (m[0].arch != m[1].arch)) {
        return cli_refuse("draw", "the two files are of different architectures", NULL);
    }
    if (json) {
        draw_json(&d);
    } else if (text) {
        draw_text(&d);
    } else {
        draw_svg(&d);
    }
    return STATUS_OK;
}
