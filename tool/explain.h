/* SPDX-License-Identifier: MIT */
/* What `mpumap explain` is made of: the judgement in sentences (explain.c), syndromes (syndrome.c).
 */
#ifndef MPUMAP_TOOL_EXPLAIN_H
#define MPUMAP_TOOL_EXPLAIN_H

#include "mpu.h"

#define SENTENCES 24u

struct explainer {
    const struct mpu *m;
    uint64_t addr;
    char access;
    unsigned int el;
    bool lower;
    struct mpu_judgement j;
    const char *bit;
    const struct mpu_region *below;
    const struct mpu_region *above;
    const struct mpu_region *disabled; /* that would cover the address */
    const char *fit;                   /* of the syndrome that was seen, or NULL */
    char sentence[SENTENCES][320];
    unsigned int sentences;
};

/* What the hardware would report. */
struct syndrome {
    const char *name; /* NULL: not known */
    uint32_t value;
    const char *address; /* the register with the address, or NULL */
};

/* What a syndrome says that was seen. */
struct seen {
    char access;  /* 0: it does not say */
    bool data;    /* a read or a write */
    bool fetched; /* a fetch; only of M and of HSR and ESR is the opposite known */
    bool lower;
    bool has_level;
    bool permission;
    bool translation;
    bool other; /* a fault that is not the MPU's */
};

void say(struct explainer *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "read", "write", "fetch" */
const char *access_verb(char access);
bool access_faults(const struct explainer *e);
struct syndrome syndrome_of(const struct explainer *e);
void say_syndrome(struct explainer *e);
/* 0, or STATUS_USAGE after a message: it is the syndrome of no such fault. */
int syndrome_read(const struct mpu *m, uint64_t value, struct seen *out);
void say_seen(struct explainer *e, uint64_t value, const struct seen *s);

#endif
