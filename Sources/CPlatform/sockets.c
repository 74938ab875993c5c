#include "CPlatform.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

const uint32_t CPlatform_EPOLLIN = EPOLLIN;
const uint32_t CPlatform_EPOLLOUT = EPOLLOUT;
const uint32_t CPlatform_EPOLLRDHUP = EPOLLRDHUP;
const uint32_t CPlatform_EPOLLHUP = EPOLLHUP;
const uint32_t CPlatform_EPOLLERR = EPOLLERR;
const uint32_t CPlatform_EPOLLET = EPOLLET;
const uint32_t CPlatform_EPOLLEXCLUSIVE = EPOLLEXCLUSIVE;

int CPlatform_epoll_create(void) {
  return epoll_create1(EPOLL_CLOEXEC);
}

int CPlatform_epoll_add(int epoll, int fd, uint32_t events, uint64_t id) {
  struct epoll_event event = {.events = events, .data.u64 = id};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int CPlatform_epoll_modify(int epoll, int fd, uint32_t events, uint64_t id) {
  struct epoll_event event = {.events = events, .data.u64 = id};
  return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

int CPlatform_epoll_remove(int epoll, int fd) {
  return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
}

int CPlatform_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout) {
  return epoll_wait(epoll, events, capacity, timeout);
}

uint64_t CPlatform_epoll_id(const struct epoll_event *event) {
  return event->data.u64;
}

int CPlatform_eventfd(void) {
  return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

int CPlatform_accept(int fd, void *address) {
  socklen_t size = sizeof(struct sockaddr_storage);
  return accept4(fd, address, address ? &size : NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int CPlatform_stream_socket(int family) {
  return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}
