/* SPDX-License-Identifier: MIT */
/*
 * What a port owes (docs/porting.md), as contracts of functions that stand for those behind the
 * pointers: in front of a call, `calls NAME` says which, and WP proves that the pointer is that one
 * (logic/valid.h has it). port_state is all that a port may write and the map cannot see:
 * registers, and its own context.
 */
#ifndef LOGIC_PORT_H
#define LOGIC_PORT_H

#include "mpumap.h"

extern int port_state;

/*@ requires \valid(out);
    assigns *out, port_state;
    ensures out->regions <= MPUMAP_MAX_REGIONS;
    ensures out->address_bits == 32 || out->address_bits == 48;
    ensures out->granule_shift == 5 || out->granule_shift == 6;
    ensures 1 <= out->bank && out->bitmap <= 32;
*/
void port_limits(void *ctx, struct mpumap_limits *out);

/*@ requires \valid(out);
    assigns *out;
    ensures out->limit % 2 == 1;
*/
void port_encode(void *ctx, mpumap_addr_t base, mpumap_addr_t limit, mpumap_attr_t attr,
                 struct mpumap_pair *out);

/*@ requires \valid_read(pair) && \valid(attr) && \separated(pair, attr);
    assigns *attr;
*/
bool port_decode(void *ctx, const struct mpumap_pair *pair, mpumap_attr_t *attr);

/*@ requires \valid_read(step);
    assigns port_state;
*/
void port_apply(void *ctx, const struct mpumap_step *step);

/*@ requires \valid(out);
    assigns *out, port_state;
*/
void port_read(void *ctx, uint8_t slot, struct mpumap_pair *out);

/*@ assigns port_state; */
void port_enter(void *ctx);

/*@ assigns port_state; */
void port_leave(void *ctx);

#endif
