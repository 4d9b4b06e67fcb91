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
    "mappings that hold a region. With a second file, or --change, before and after side by side.\n"
    "\n"
    "  --change LINE[,LINE]       of a trace: before and after the operations in these lines\n"
    "  --text                     boxes of characters, for a terminal, instead of SVG\n"
    "  --html                     of a trace: a page with a slider through its operations\n"
    "  --json                     one JSON object a line for each stretch of addresses\n"
    "\n" INPUT_HELP "\n"
    "Exit status: 0 drawn, 2 the input or the command line is malformed\n"
    "\n"
    "Examples\n"
    "  mpumap draw --text --arch armv8r32 regs.txt\n"
    "  mpumap draw --arch armv8m before.txt after.txt >change.svg\n"
    "  mpumap draw --text --change 12 examples/demo.trace\n"
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
    for (uint16_t i = 0u; i < m->spans; i++) {
        add_edge(d, m->span[i].base);
        add_edge(d, m->span[i].limit + 1u);
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
    for (unsigned int k = 0u; k < d->maps; k++) {
        for (unsigned int i = 0u; i < d->map[k].m->notes; i++) {
            (void)printf("{\"map\":%u,\"note\":", k);
            json_word(stdout, d->map[k].m->note[i]);
            (void)printf("}\n");
        }
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

/* LINE or LINE,LINE */
static int take_change(const char *word, struct input_options *o)
{
    char first[24];
    const char *comma = strchr(word, ',');
    size_t length = (comma == NULL) ? strlen(word) : (size_t)(comma - word);
    bool fine = length < sizeof first;

    if (fine) {
        memcpy(first, word, length);
        first[length] = '\0';
        fine = cli_number(first, &o->from) &&
               cli_number((comma == NULL) ? first : &comma[1], &o->line) && (o->from <= o->line);
    }
    o->has_line = true;
    return fine ? 0 : cli_refuse("draw", "--change takes LINE or FIRST,LAST of a trace, not", word);
}

static int load(const struct cli_command *c, struct input_options *input, struct mpu m[DRAW_MAPS],
                struct draw *d)
{
    int count = c->file_count;

    if (input->before != NULL) {
        int status = input_load(c->files[0], input, &m[1]);

        if (status != 0) {
            return status;
        }
        count = (int)DRAW_MAPS;
    }
    for (int i = 0; i < count; i++) {
        int status = (input->before == NULL) ? input_load(c->files[i], input, &m[i]) : 0;

        if (status != 0) {
            return status;
        }
        add_map(d, &m[i]);
    }
    if ((count == 2) && (m[0].arch != m[1].arch)) {
        return cli_refuse("draw", "the two files are of different architectures", NULL);
    }
    return 0;
}

int draw_main(int argc, char **argv)
{
    static struct mpu m[DRAW_MAPS];
    static struct draw d;
    struct input_options input = {0};
    bool text = false, html = false, json = false;
    const char *change = NULL;
    const char *files[DRAW_MAPS] = {NULL, NULL};
    const struct cli_option options[] = {INPUT_OPTIONS(input),
                                         {.name = "--change", .word = &change},
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

    d.maps = 0u;
    d.edges = 0u;
    if ((status != 0) || c.help) {
        return status;
    }
    if ((text ? 1 : 0) + (html ? 1 : 0) + (json ? 1 : 0) > 1) {
        return cli_refuse("draw", "one of --text, --html and --json, not two", NULL);
    }
    if (html) {
        return ((c.file_count == 1) && (change == NULL) && !input.has_line)
                   ? page(files[0])
                   : cli_refuse("draw", "--html takes one trace, all of it", NULL);
    }
    if (change != NULL) {
        if ((c.file_count != 1) || input.has_line) {
            return cli_refuse("draw", "--change takes one trace, without --line", NULL);
        }
        status = take_change(change, &input);
        input.before = &m[0];
    }
    if (status == 0) {
        status = load(&c, &input, m, &d);
    }
    if (status != 0) {
        return status;
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
