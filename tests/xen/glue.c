/* SPDX-License-Identifier: MIT */
/* The glue itself, with a way to start it over: its state is Xen's, one for the machine. */
#include "../../integrations/xen/mm.c"

#include "machine.h"

void glue_forget(void)
{
    ready = false;
    holders.count = 0;
    frame_table = NULL;
    xen_mpumap_lock.taken = false;
    xen_el2_map.magic = 0;
}
