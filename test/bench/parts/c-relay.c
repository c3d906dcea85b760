// The limit: one thread of C that reads a block, hashes it unless told not to, and writes it, one file after the other.
// c-relay md5|none SOURCE-PORT SOURCE-PATH SINK-PORT SINK-PATH FILES MD5
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char block[256 * 1024];

static void die(const char *why) {
  fprintf(stderr, "c-relay: %s\n", why);
  exit(1);
}

static int dial(const char *port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) die("cannot connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static void put(int fd, const char *from, size_t count) {
  while (count > 0) {
    ssize_t done = send(fd, from, count, MSG_NOSIGNAL);
    if (done <= 0) die("cannot send");
    from += done, count -= done;
  }
}

static size_t take(int fd, char *to, size_t room) {
  ssize_t count = recv(fd, to, room, 0);
  if (count <= 0) die("cut off");
  return count;
}

// Reads a head into block; *body points behind it, *count says how many bytes of the body came along.
static long long answer(int fd, const char *status, char **body, size_t *count) {
  size_t got = 0;
  do {
    if (got == sizeof block - 1) die("head too long");
    got += take(fd, block + got, sizeof block - 1 - got);
    block[got] = 0;
  } while ((*body = strstr(block, "\r\n\r\n")) == NULL);
  *body += 4;
  *count = got - (*body - block);
  if (strncmp(block + 9, status, 3) != 0) die(block);
  char *length = strcasestr(block, "\r\nContent-Length:");
  if (length == NULL || length > *body) die("no Content-Length");
  return atoll(length + 17);
}

int main(int argc, char **argv) {
  if (argc != 8) die("takes 7 arguments");
  int hashing = strcmp(argv[1], "md5") == 0, from = dial(argv[2]), to = dial(argv[4]);
  char head[1000], hex[33], *body;
  unsigned char sum[EVP_MAX_MD_SIZE];
  size_t count;
  for (int number = 1; number <= atoi(argv[6]); number += 1) {
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    put(from, head, snprintf(head, sizeof head, "GET %s/f%d HTTP/1.1\r\nHost: loopback\r\n\r\n", argv[3], number));
    long long left = answer(from, "200", &body, &count);
    put(to, head, snprintf(head, sizeof head, "PUT %s/f%d HTTP/1.1\r\nHost: loopback\r\nContent-Length: %lld\r\n\r\n", argv[5], number, left));
    for (;;) {
      if (hashing) EVP_DigestUpdate(md5, body, count);
      put(to, body, count);
      left -= count;
      if (left <= 0) break;
      count = take(from, body = block, sizeof block);
    }
    EVP_DigestFinal_ex(md5, sum, NULL);
    EVP_MD_CTX_free(md5);
    for (int at = 0; at < 16; at += 1) sprintf(hex + 2 * at, "%02x", sum[at]);
    if (left != 0 || (hashing && strcmp(hex, argv[7]) != 0)) die("read other bytes than promised");
    left = answer(to, "201", &body, &count);
    while (count < (size_t)left) count += take(to, body + count, sizeof block - 1 - (body - block) - count);
    body[count] = 0;
    if (strstr(body, argv[7]) == NULL) die("the sink has another md5");
  }
  return 0;
}
