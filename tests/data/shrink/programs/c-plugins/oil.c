#include <math.h>
#include <stdio.h>
static char text[32];
const char *name(void) { snprintf(text, sizeof text, "oil %.3f", cbrt(7)); return text; }
