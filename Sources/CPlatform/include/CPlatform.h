// What glibc offers and Swift's Glibc module leaves out, under one prefix.
// Each function says why it exists; delete it on the day that Swift imports the original.
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/// Names the calling thread, as shown by `top -H` and in crash reports. At most 15 bytes count.
/// A GNU extension, which the Glibc module map hides.
void CPlatform_name_thread(const char *name);

// MARK: Waiting for sockets
// <sys/epoll.h> and <sys/eventfd.h> are not part of the Glibc module. The identifier of an event is plain 64 bits
// here, since a union has no good shape in Swift. Every function returns -1 with `errno` on failure.

/// A new epoll descriptor, closed on exec.
int CPlatform_epoll_create(void);

/// Watches `fd`; its events carry `id`.
int CPlatform_epoll_add(int epoll, int fd, uint32_t events, uint64_t id);

/// Changes what `fd` is watched for.
int CPlatform_epoll_modify(int epoll, int fd, uint32_t events, uint64_t id);

/// Stops watching `fd`.
int CPlatform_epoll_remove(int epoll, int fd);

/// Waits for at most `timeout` milliseconds (-1: for ever). Returns how many `events` were filled in.
int CPlatform_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout);

/// The identifier given to `CPlatform_epoll_add`.
uint64_t CPlatform_epoll_id(const struct epoll_event *event);

extern const uint32_t CPlatform_EPOLLIN;
extern const uint32_t CPlatform_EPOLLOUT;
extern const uint32_t CPlatform_EPOLLRDHUP;
extern const uint32_t CPlatform_EPOLLHUP;
extern const uint32_t CPlatform_EPOLLERR;
extern const uint32_t CPlatform_EPOLLET;
extern const uint32_t CPlatform_EPOLLEXCLUSIVE;

/// A counter that makes a descriptor readable: the way to wake a thread out of `epoll_wait`.
int CPlatform_eventfd(void);

// MARK: Sockets

/// `accept4`, a GNU extension: the new socket is non-blocking and closed on exec, in one call.
/// `address` points to a `struct sockaddr_storage`, or is null. It is untyped here, since whichever module includes
/// <sys/socket.h> first owns its types in Swift, and that should be Glibc.
int CPlatform_accept(int fd, void *address);

/// A non-blocking stream socket that is closed on exec. The flags are an enum that Swift cannot combine.
int CPlatform_stream_socket(int family);
