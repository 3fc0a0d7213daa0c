const char *name(void) { return "tea"; }
