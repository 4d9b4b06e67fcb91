/* SPDX-License-Identifier: MIT */
/*
 * What a map under `exact` must be, counted granule by granule over the program's own memory, from
 * the start of its text to a little behind its stacks. Knows nothing of regions, spans or plans.
 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include "mpumap.h"

#define MODEL_GRANULES 8192u
#define MODEL_GRANULE 64u

struct model {
    uint8_t refs[MODEL_GRANULES];
    uint8_t attr[MODEL_GRANULES]; /* the lower level's bits do not occur */
};

/* The first and the last byte that the model covers. */
void model_cover(mpumap_addr_t base, mpumap_addr_t limit);
mpumap_addr_t model_base(void);
mpumap_addr_t model_limit(void);

void model_clear(struct model *m);
void model_copy(struct model *to, const struct model *from);
/* What the operation must answer, but for capacity and live ranges. Changes nothing. */
enum mpumap_result model_judge_map(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit,
                                   mpumap_attr_t attr);
enum mpumap_result model_judge_unmap(const struct model *m, mpumap_addr_t base,
                                     mpumap_addr_t limit);
enum mpumap_result model_judge_protect(const struct model *m, mpumap_addr_t base,
                                       mpumap_addr_t limit);
void model_map(struct model *m, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr);
void model_unmap(struct model *m, mpumap_addr_t base, mpumap_addr_t limit);
void model_protect(struct model *m, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr);

/* The lowest and the highest count of the range's bytes. */
uint8_t model_least(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit);
uint8_t model_most(const struct model *m, mpumap_addr_t base, mpumap_addr_t limit);
/* 0 references: not mapped. */
uint8_t model_at(const struct model *m, mpumap_addr_t addr, mpumap_attr_t *attr);
/* Maximal runs of mapped bytes with equal attributes. */
uint32_t model_runs(const struct model *m);
/* Those of `after` that are not runs of `before` as well. */
uint32_t model_new_runs(const struct model *before, const struct model *after);
/* The map has the model's counts and attributes at every byte that the model covers. */
bool model_equals(const struct model *m, const struct mpumap *map);

#endif
