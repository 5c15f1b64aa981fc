/*
 * The floor of fan-out: one epoll loop that write()s the same WebSocket text frame of 604 bytes to N sockets.
 *
 *     floor PORT        listens on 127.0.0.1, prints "LISTENING"
 *
 * Commands on standard input, one per line:
 *     go RATE COUNT     COUNT messages, RATE per second
 *     burst COUNT       COUNT messages back to back
 *     quit
 *
 * Each message holds the marker @@SEQ:TIME, see load.c. No handshake is checked and nothing is answered: no server
 * that does less could be written, so that what a real one uses beyond this is its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

enum { MAX_SOCKETS = 200000, PAYLOAD = 600, HEADER = 4 };

static int sockets[MAX_SOCKETS];
static int count;
static uint32_t seq;
static uint64_t short_writes;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void broadcast(void) {
    static unsigned char frame[HEADER + PAYLOAD] = {0x81, 126, PAYLOAD >> 8, PAYLOAD & 255};
    char text[PAYLOAD + 1];
    memset(text, 'x', PAYLOAD);
    int n = snprintf(text, sizeof text, "{\"text\":\"@@%08u:%020lu ", ++seq, (unsigned long)now_ns());
    text[n] = 'x';
    memcpy(text + PAYLOAD - 2, "\"}", 2);
    memcpy(frame + HEADER, text, PAYLOAD);
    for (int i = 0; i < count; i++)
        if (write(sockets[i], frame, sizeof frame) != (ssize_t)sizeof frame) short_writes++;
}

static int listen_on(int port) {
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) {
        perror("listen");
        exit(1);
    }
    return fd;
}

static void watch(int ep, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event) < 0) perror("epoll_ctl");
}

static void accept_all(int ep, int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(ep, fd, EPOLLIN | EPOLLET);
    }
}

/* Whatever a client sends first is its handshake; what it sends later (nothing, here) would make it count twice. */
static void take_in(int fd) {
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    char buffer[65536];
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) close(fd);
    } else if (count < MAX_SOCKETS && write(fd, answer, sizeof answer - 1) > 0) {
        sockets[count++] = fd;
    }
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: floor PORT\n"), 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int listener = listen_on(atoi(argv[1])), ep = epoll_create1(0), left = 0;
    uint64_t next_ns = 0, interval_ns = 0;
    struct epoll_event events[256];
    watch(ep, listener, EPOLLIN);
    watch(ep, STDIN_FILENO, EPOLLIN);
    puts("LISTENING");
    fflush(stdout);
    for (;;) {
        int64_t wait_ns = left ? (int64_t)(next_ns - now_ns()) : 0;
        int ready = epoll_wait(ep, events, 256, !left ? -1 : wait_ns <= 0 ? 0 : (int)(wait_ns / 1000000 + 1));
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                accept_all(ep, listener);
            } else if (fd == STDIN_FILENO) {
                char line[256];
                double rate;
                int messages;
                ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
                if (n <= 0 || line[0] == 'q') {
                    if (short_writes) fprintf(stderr, "floor: %lu short writes\n", (unsigned long)short_writes);
                    return short_writes != 0;
                }
                line[n] = 0;
                if (sscanf(line, "go %lf %d", &rate, &messages) == 2) {
                    interval_ns = (uint64_t)(1e9 / rate);
                    left = messages;
                    next_ns = now_ns();
                } else if (sscanf(line, "burst %d", &messages) == 1) {
                    while (messages-- > 0) broadcast();
                }
            } else {
                take_in(fd);
            }
        }
        if (left && now_ns() >= next_ns) {
            broadcast();
            left--;
            next_ns += interval_ns;
        }
    }
}
