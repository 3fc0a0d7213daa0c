#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **words) {
  const char *wanted = count > 1 ? words[1] : "tea";
  char path[512];
  if (!strcmp(wanted, "list")) {
    struct dirent *one;
    DIR *all = opendir("/usr/lib/shop");
    int found = 0;
    while (all && (one = readdir(all))) found += strstr(one->d_name, ".so") != 0;
    printf("%d\n", found);
    return 0;
  }
  snprintf(path, sizeof path, "/usr/lib/%s/%s.so", "shop", wanted);
  void *plugin = dlopen(path, RTLD_NOW);
  if (!plugin) { fprintf(stderr, "%s\n", dlerror()); return 4; }
  const char *(*name)(void) = (const char *(*)(void))dlsym(plugin, "name");
  puts(name());
  return 0;
}
