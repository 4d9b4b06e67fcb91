/* SPDX-License-Identifier: MIT */
/* What follows from logic/checks.h, and that the first refusal does not depend on the order in
 * which refusals are met. */
#include "mpumap.h"

/*@ requires 0 <= kept && 0 < a && 0 < b;
    assigns \nothing;
    ensures first_of(first_of(kept, a), b) == first_of(first_of(kept, b), a);
*/
static void every_refusal(int kept, int a, int b)
{
    (void)kept;
    (void)a;
    (void)b;
}
