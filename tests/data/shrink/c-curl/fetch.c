#include <stdio.h>
#include <zlib.h>
#include <curl/curl.h>
int main(int argc, char **argv) {
  printf("zlib %s, %s\n", zlibVersion(), curl_version_info(CURLVERSION_NOW)->ssl_version);
  if (argc < 2) return 0;
  CURL *c = curl_easy_init();
  curl_easy_setopt(c, CURLOPT_URL, argv[1]);
  CURLcode r = curl_easy_perform(c);
  printf("%d %s\n", r, curl_easy_strerror(r));
  return r != 0;
}
