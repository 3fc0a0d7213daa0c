package main

/*
#cgo LDFLAGS: -lz
#include <zlib.h>

static unsigned long of(const char *text, unsigned int length) {
	return crc32(0L, (const unsigned char *)text, length);
}
*/
import "C"

import "fmt"

func main() {
	text := "Hello from C in Go"
	fmt.Printf("%s: %08x\n", text, uint32(C.of(C.CString(text), C.uint(len(text)))))
}
