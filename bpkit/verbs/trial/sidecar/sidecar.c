/* Runs in a container of its own that shares the network namespace of the container under trial.
 *
 * It lists the sockets there and carries bytes to and from one connection at a time, so that a
 * service can be asked without a network, a published port or any program in its image. It is
 * built without a C library (scripts/sidecar.sh) and is the only file of its image.
 *
 * Orders come on standard input, one a line; every order gets one answer on standard output:
 * "ERRNO LENGTH\n" and LENGTH bytes.
 *
 *   L                      the texts of /proc/net/tcp, tcp6, udp and udp6, one after the other
 *   O ADDRESS PORT MILLIS  connect by TCP; ADDRESS in hex: 8 digits for IPv4, 32 for IPv6
 *   W LENGTH               write the LENGTH bytes that follow the line
 *   R LENGTH MILLIS        read at most LENGTH bytes; ETIMEDOUT where none come, 0 bytes at the end
 *   C                      close the connection
 *
 * The end of standard input ends it; so does an hour, should nobody be left to close it.
 */

typedef long word;
typedef unsigned long size;

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, CLOSE = 3, POLL = 7, SOCKET = 41, CONNECT = 42, SENDTO = 44,
       GETSOCKOPT = 55, EXIT = 231, OPENAT = 257 };
static word call(word n, word a, word b, word c, word d, word e) {
    word result;
    register word r10 __asm__("r10") = d;
    register word r8 __asm__("r8") = e;
    __asm__ volatile("syscall" : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
__asm__(".globl _start\n_start:\n xor %ebp,%ebp\n and $-16,%rsp\n call run\n");
#elif defined(__aarch64__)
enum { READ = 63, WRITE = 64, CLOSE = 57, PPOLL = 73, SOCKET = 198, CONNECT = 203,
       SENDTO = 206, GETSOCKOPT = 209, EXIT = 94, OPENAT = 56 };
static word call(word n, word a, word b, word c, word d, word e) {
    register word x8 __asm__("x8") = n;
    register word x0 __asm__("x0") = a;
    register word x1 __asm__("x1") = b;
    register word x2 __asm__("x2") = c;
    register word x3 __asm__("x3") = d;
    register word x4 __asm__("x4") = e;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}
__asm__(".globl _start\n_start:\n mov x29, #0\n bl run\n");
#else
#error "no system calls are known for this machine"
#endif

enum { HERE = -100, ROOM = 1 << 20, EINTR = 4, EINVAL = 22, ETIMEDOUT = 110, EINPROGRESS = 115,
       ENOTCONN = 107 };

static unsigned char room[ROOM];
static int connection = -1;

/* The compiler may ask for these where it copies or clears. */
void *memset(void *to, int value, size length) {
    unsigned char *at = to;
    while (length--) *at++ = (unsigned char)value;
    return to;
}

static void end(void) {
    call(EXIT, 0, 0, 0, 0, 0);
    __builtin_unreachable();
}

static void put(const unsigned char *from, size length) {
    while (length) {
        word done = call(WRITE, 1, (word)from, (word)length, 0, 0);
        if (done == -EINTR) continue;
        if (done <= 0) end();
        from += done;
        length -= (size)done;
    }
}

static void answer(word error, size length) {
    unsigned char line[48];
    size at = sizeof line;
    line[--at] = '\n';
    do line[--at] = (unsigned char)('0' + length % 10); while (length /= 10);
    line[--at] = ' ';
    do line[--at] = (unsigned char)('0' + error % 10); while (error /= 10);
    size start = at;
    put(line + start, sizeof line - start);
}

/* Waits until a file can be read (1) or written (4): 1, 0 at the time limit, -errno. */
static word ready(int file, short event, size millis) {
    struct { int file; short wanted, found; } one = { file, event, 0 };
#if defined(__x86_64__)
    return call(POLL, (word)&one, 1, (word)millis, 0, 0);
#else
    struct { word seconds, nanos; } limit = { (word)(millis / 1000),
                                              (word)(millis % 1000) * 1000000 };
    return call(PPOLL, (word)&one, 1, (word)&limit, 0, 8);
#endif
}

static unsigned char next(void) {
    unsigned char byte;
    for (;;) {
        /* An alarm would not end the first process of a container. */
        if (ready(0, 1, 3600000) == 0) end();
        word done = call(READ, 0, (word)&byte, 1, 0, 0);
        if (done == 1) return byte;
        if (done != -EINTR) end();
    }
}

/* A number of the line, and in *last the byte after it. */
static size number(unsigned char *last) {
    size value = 0;
    while ((*last = next()) >= '0' && *last <= '9') value = value * 10 + (*last - '0');
    return value;
}

static void leave(void) {
    if (connection >= 0) call(CLOSE, connection, 0, 0, 0, 0);
    connection = -1;
}

static void list(void) {
    static const char *const tables[] = { "/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp",
                                          "/proc/net/udp6" };
    size length = 0;
    for (int i = 0; i < 4; i++) {
        word file = call(OPENAT, HERE, (word)tables[i], 0, 0, 0);
        if (file < 0) continue;
        /* The name first: the tables alone don't say which they are. */
        for (const char *at = tables[i]; *at && length < ROOM; at++)
            room[length++] = (unsigned char)*at;
        if (length < ROOM) room[length++] = '\n';
        word done;
        while (length < ROOM
               && (done = call(READ, file, (word)(room + length), ROOM - (word)length, 0, 0)) > 0)
            length += (size)done;
        call(CLOSE, file, 0, 0, 0, 0);
    }
    answer(0, length);
    put(room, length);
}

static word reach(void) {
    struct {
        unsigned short family;
        unsigned char port[2];
        unsigned char address[24];
    } to;
    unsigned char byte, digits = 0, packed[16];
    memset(&to, 0, sizeof to);
    memset(packed, 0, sizeof packed);
    while ((byte = next()) != ' ') {
        unsigned char digit = byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10;
        if (digits < 32) packed[digits / 2] = (unsigned char)(packed[digits / 2] << 4 | digit);
        digits++;
    }
    size port = number(&byte);
    size millis = number(&byte);
    int six = digits > 8;
    to.family = six ? 10 : 2;
    to.port[0] = (unsigned char)(port >> 8);
    to.port[1] = (unsigned char)port;
    for (int i = 0; i < (six ? 16 : 4); i++) to.address[i + (six ? 4 : 0)] = packed[i];
    leave();
    /* SOCK_STREAM, not blocking, closed on exec. */
    connection = (int)call(SOCKET, to.family, 1 | 04000 | 02000000, 0, 0, 0);
    if (connection < 0) {
        word error = -connection;
        connection = -1;
        return error;
    }
    word done = call(CONNECT, connection, (word)&to, six ? 28 : 16, 0, 0);
    if (done == -EINPROGRESS) {
        if (ready(connection, 4, millis) <= 0) {
            leave();
            return ETIMEDOUT;
        }
        int error = 0, length = sizeof error;
        call(GETSOCKOPT, connection, 1, 4, (word)&error, (word)&length);
        done = -error;
    }
    if (done) leave();
    return -done;
}

static word forward(size length) {
    word error = connection < 0 ? ENOTCONN : 0;
    while (length) {
        size part = 0;
        while (part < length && part < ROOM) room[part++] = next();
        length -= part;
        for (size sent = 0; sent < part && !error;) {
            /* A peer that takes nothing for a minute takes nothing. */
            if (ready(connection, 4, 60000) <= 0) {
                error = ETIMEDOUT;
                break;
            }
            /* MSG_NOSIGNAL: a peer that has gone is told by an errno. */
            word done = call(SENDTO, connection, (word)(room + sent), (word)(part - sent), 040000,
                             0);
            if (done < 0) error = -done;
            else sent += (size)done;
        }
    }
    return error;
}

static void bring(size length, size millis) {
    if (connection < 0) {
        answer(ENOTCONN, 0);
        return;
    }
    if (ready(connection, 1, millis) <= 0) {
        answer(ETIMEDOUT, 0);
        return;
    }
    word done = call(READ, connection, (word)room, length < ROOM ? (word)length : ROOM, 0, 0);
    answer(done < 0 ? -done : 0, done < 0 ? 0 : (size)done);
    if (done > 0) put(room, (size)done);
}

__attribute__((used)) void run(void) {
    for (;;) {
        unsigned char last, order = next();
        if (order == '\n') continue;
        last = next();
        if (order == 'L') list();
        else if (order == 'O') answer(reach(), 0);
        else if (order == 'W') answer(forward(number(&last)), 0);
        else if (order == 'R') {
            size length = number(&last);
            bring(length, number(&last));
        } else if (order == 'C') {
            leave();
            answer(0, 0);
        } else {
            while (last != '\n') last = next();
            answer(EINVAL, 0);
        }
    }
}
