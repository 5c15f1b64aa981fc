/*
 * A cheap WebSocket load client: N connections in one epoll loop, on loopback only.
 *
 *     load -p PORT -n CONNECTIONS -u PATH -a STEADY -b BURST [-t TIMEOUT_S] [-w PAUSE_US]
 *
 * Finds messages by the marker @@SEQ:TIME (8 digits from 1 on; 20 digits of CLOCK_MONOTONIC in ns), which survives
 * inside a JSON string; a frame may hold several or none. Checks that every connection got 1 … STEADY+BURST in order,
 * answers pings, and prints
 *
 *     READY n seconds        all connections are open
 *     STEADY                 everybody has the first STEADY messages
 *     BURST                  everybody has all of them
 *     {…}                    one line of JSON: counts and the latency distribution in ms
 *
 * With -w it reads every PAUSE_US only, so that a send does not wake an idle core each time: steadier CPU figures of
 * the server, for at most that much latency.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SEQ_AT = 2, TIME_AT = 11, MARKER = 31, BUCKETS = 600000, BUCKET_US = 100, IN_FLIGHT = 64, READ_MAX = 262144 };

enum State { CONNECTING, HANDSHAKE, OPEN, GONE };

typedef struct {
    int fd;
    enum State state;
    uint32_t next;  /* the SEQ that must come now */
    uint32_t rest_size;
    char *rest;     /* the beginning of a frame whose end has not come yet */
} Client;

typedef struct {
    uint64_t count, max_us;
    uint32_t *buckets;
} Phase;

static int port, wanted = 1000, steady = 100, burst = 50, pause_us;
static double timeout_s = 60;
static const char *path = "/";
static Client *clients;
static Phase phases[2];
static uint64_t bytes, frames, pings, gaps, closed, refused;
static int ep, opened, in_flight;
static char request[1024], buffer[4 << 20];

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t digits(const char *text, int n) {
    uint64_t value = 0;
    for (int i = 0; i < n; i++) value = value * 10 + (uint64_t)(text[i] - '0');
    return value;
}

static void take_marker(Client *c, const char *marker, uint64_t now) {
    uint32_t seq = (uint32_t)digits(marker + SEQ_AT, 8);
    uint64_t sent = digits(marker + TIME_AT, 20), us = now > sent ? (now - sent) / 1000 : 0;
    if (seq != c->next) gaps++;
    c->next = seq + 1;
    Phase *phase = &phases[seq > (uint32_t)steady];
    phase->count++;
    if (us > phase->max_us) phase->max_us = us;
    uint64_t bucket = us / BUCKET_US;
    phase->buckets[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
}

static void answer_ping(Client *c, const unsigned char *payload, size_t size) {
    unsigned char pong[6 + 125] = {0x8a, (unsigned char)(0x80 | size)}; /* masked with zeros */
    pings++;
    memcpy(pong + 6, payload, size);
    if (write(c->fd, pong, 6 + size) < 0) closed++;
}

/* Takes whole frames from data; returns how many bytes they were. */
static size_t take_frames(Client *c, const unsigned char *data, size_t size, uint64_t now) {
    size_t at = 0;
    while (size - at >= 2) {
        const unsigned char *f = data + at;
        uint64_t length = f[1] & 127;
        size_t header = length == 127 ? 10 : length == 126 ? 4 : 2;
        if ((f[0] & 0x70) || (f[1] & 0x80)) gaps++; /* an extension or a mask: neither was agreed */
        if (size - at < header) break;
        if (header > 2) {
            length = 0;
            for (size_t i = 2; i < header; i++) length = length << 8 | f[i];
        }
        if (size - at < header + length) break;
        const char *payload = (const char *)f + header, *end = payload + length, *marker = payload;
        frames++;
        switch (f[0] & 15) {
        case 1:
            while ((marker = memmem(marker, (size_t)(end - marker), "@@", 2)) && end - marker >= MARKER) {
                take_marker(c, marker, now);
                marker += MARKER;
            }
            break;
        case 8: closed++; break;
        case 9: answer_ping(c, (const unsigned char *)payload, length); break;
        }
        at += header + length;
    }
    return at;
}

static void start_connecting(uint32_t index) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u32 = index};
    struct linger at_once = {1, 0}; /* no TIME_WAIT: the next run needs the ports */
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0) die("socket");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) die("connect");
    clients[index] = (Client){.fd = fd, .state = CONNECTING, .next = 1};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
    in_flight++;
}

static void send_handshake(Client *c, uint32_t index) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = index};
    size_t size = strlen(request);
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error || write(c->fd, request, size) != (ssize_t)size) {
        fprintf(stderr, "load: %s\n", strerror(error ? error : errno));
        refused++;
        in_flight--;
        c->state = GONE;
        close(c->fd);
        return;
    }
    c->state = HANDSHAKE;
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &event);
}

/* Returns the size of the answer's head, 0 when it has not come whole, -1 when it was refused. */
static long take_handshake(Client *c, size_t size) {
    char *end = memmem(buffer, size, "\r\n\r\n", 4);
    if (!end) return 0;
    in_flight--;
    if (memcmp(buffer + 9, "101", 3) != 0) {
        fprintf(stderr, "load: refused: %.*s\n", (int)(end - buffer), buffer);
        refused++;
        return -1;
    }
    c->state = OPEN;
    opened++;
    return end + 4 - buffer;
}

static void leave(Client *c) {
    if (c->state == OPEN) closed++;
    if (c->state == HANDSHAKE) refused++, in_flight--;
    c->state = GONE;
    close(c->fd);
}

static void keep_rest(Client *c, const char *rest, size_t size) {
    char *kept = NULL;
    if (size) {
        if (size > sizeof buffer - READ_MAX) die("a frame is larger than the buffer");
        if (!(kept = malloc(size))) die("malloc");
        memcpy(kept, rest, size);
    }
    free(c->rest);
    c->rest = kept;
    c->rest_size = (uint32_t)size;
}

static void read_all(Client *c) {
    for (;;) {
        if (c->rest_size) memcpy(buffer, c->rest, c->rest_size);
        ssize_t n = read(c->fd, buffer + c->rest_size, READ_MAX);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            leave(c);
            return;
        }
        uint64_t now = now_ns();
        size_t size = c->rest_size + (size_t)n, used = 0;
        bytes += (uint64_t)n;
        if (c->state == HANDSHAKE) {
            long head = take_handshake(c, size);
            if (head < 0) {
                c->state = GONE;
                close(c->fd);
                return;
            }
            used = (size_t)head;
        }
        if (c->state == OPEN) used += take_frames(c, (unsigned char *)buffer + used, size - used, now);
        keep_rest(c, buffer + used, size - used);
        if (n < READ_MAX) return;
    }
}

static double percentile_ms(const Phase *phase, double share) {
    uint64_t sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
        sum += phase->buckets[i];
        if (sum && (double)sum >= share * (double)phase->count) return i * BUCKET_US / 1000.0;
    }
    return 0;
}

static void say(const char *line) {
    puts(line);
    fflush(stdout);
}

static void report(void) {
    static const char *const names[] = {"steady", "burst"};
    printf("{\"connections\":%d,\"received\":%lu,\"gaps\":%lu,\"closed\":%lu,\"refused\":%lu,\"bytes\":%lu,"
           "\"frames\":%lu,\"pings\":%lu",
           opened, (unsigned long)(phases[0].count + phases[1].count), (unsigned long)gaps, (unsigned long)closed,
           (unsigned long)refused, (unsigned long)bytes, (unsigned long)frames, (unsigned long)pings);
    for (int i = 0; i < 2; i++)
        printf(",\"%s\":{\"received\":%lu,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f}", names[i],
               (unsigned long)phases[i].count, percentile_ms(&phases[i], .5), percentile_ms(&phases[i], .99),
               (double)phases[i].max_us / 1000);
    say("}");
}

static void read_arguments(int argc, char **argv) {
    int option;
    while ((option = getopt(argc, argv, "p:n:u:a:b:t:w:")) > 0) switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'n': wanted = atoi(optarg); break;
        case 'u': path = optarg; break;
        case 'a': steady = atoi(optarg); break;
        case 'b': burst = atoi(optarg); break;
        case 't': timeout_s = atof(optarg); break;
        case 'w': pause_us = atoi(optarg); break;
        default: exit(2);
        }
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
             path, port);
}

int main(int argc, char **argv) {
    static struct epoll_event events[8192];
    struct rlimit files;
    uint32_t connected = 0;
    int done = 0, is_ready = 0;
    read_arguments(argc, argv);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    clients = calloc((size_t)wanted, sizeof *clients);
    for (int i = 0; i < 2; i++) phases[i].buckets = calloc(BUCKETS, sizeof(uint32_t));
    ep = epoll_create1(0);
    uint64_t start = now_ns(), need[] = {(uint64_t)wanted * (uint64_t)steady, (uint64_t)wanted * (uint64_t)burst};
    uint64_t deadline = start + (uint64_t)(timeout_s * 1e9);
    while (done < 2) {
        while (connected < (uint32_t)wanted && in_flight < IN_FLIGHT) start_connecting(connected++);
        if (!is_ready && opened + (int)refused == wanted) {
            is_ready = 1;
            printf("READY %d %.3f\n", opened, (double)(now_ns() - start) / 1e9);
            fflush(stdout);
            deadline = now_ns() + (uint64_t)(timeout_s * 1e9);
        }
        if (pause_us && is_ready) usleep((useconds_t)pause_us);
        int ready = epoll_wait(ep, events, 8192, 200);
        for (int i = 0; i < ready; i++) {
            Client *c = &clients[events[i].data.u32];
            if (c->state == CONNECTING && events[i].events & EPOLLOUT) send_handshake(c, events[i].data.u32);
            if (c->state != GONE && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_all(c);
        }
        if (is_ready && done == 0 && phases[0].count >= need[0]) done = 1, say("STEADY");
        if (is_ready && done == 1 && phases[1].count >= need[1]) done = 2, say("BURST");
        if (now_ns() > deadline) {
            say("TIMEOUT");
            break;
        }
    }
    report();
    return 0;
}
