/* SPDX-License-Identifier: MIT */
/* Names of results and attributes, and the canonical form of attributes. */
#include "internal.h"

/*@ assigns \result \from result; */
const char *mpumap_result_name(enum mpumap_result result)
{
    static const char *const names[] = {
        "ok",      "range",      "align",    "attr",     "policy",  "state",
        "overlap", "not-mapped", "locked",   "conflict", "partial", "shared",
        "refs",    "no-region",  "no-space", "live",     "corrupt",
    };

    return ((uint32_t)result <= (uint32_t)MPUMAP_CORRUPT) ? names[result] : "?";
}

/*@ assigns \result \from found; */
const char *mpumap_found_name(enum mpumap_found found)
{
    static const char *const names[] = {"not-found", "found", "inclusive", "overlap", "refused"};

    return ((uint32_t)found <= (uint32_t)MPUMAP_FIND_REFUSED) ? names[found] : "?";
}

/*@ assigns \result \from attribute; */
const char *mpumap_attribute_name(enum mpumap_attribute attribute)
{
    static const char *const names[] = {"none", "permission", "type", "share"};

    return ((uint32_t)attribute <= (uint32_t)MPUMAP_ATTRIBUTE_SHARE) ? names[attribute] : "?";
}

/*@ assigns \result \from attr; */
const char *mpumap_perm_name(mpumap_attr_t attr)
{
    static const char *const names[3][4] = {
        {"ro", "rw", "rx", "rwx"},
        {"ro+el1", "rw+el1", "rx+el1", "rwx+el1"},
        {"ro+el0", "rw+el0", "rx+el0", "rwx+el0"},
    };
    uint32_t lower = ((uint32_t)attr & MPUMAP_LOWER_MASK) >> 7;

    return (lower < 3u) ? names[lower][attr & MPUMAP_PERM_MASK] : "?";
}

/*@ assigns \result \from attr; */
const char *mpumap_type_name(mpumap_attr_t attr)
{
    static const char *const names[] = {"normal", "normal-nc", "normal-wt", "device",
                                        "device-nGnRnE"};
    uint32_t type = ((uint32_t)attr & MPUMAP_TYPE_MASK) >> 2;

    return (type < 5u) ? names[type] : "?";
}

/*@ assigns \result \from attr; */
const char *mpumap_share_name(mpumap_attr_t attr)
{
    static const char *const names[] = {"auto", "non", "outer", "inner"};

    //@ assert share: (attr & MPUMAP_SHARE_MASK) == 32 * ((attr / 32) % 4);
    return names[((uint32_t)attr & MPUMAP_SHARE_MASK) >> 5];
}

/*@ assigns \nothing; */
mpumap_attr_t mpumap_canonical(mpumap_attr_t attr)
{
    return (mpumap_attr_t)mpumap_i_canonical(attr);
}
