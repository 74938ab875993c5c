// libcurl, and typed functions for `curl_easy_setopt` and `curl_easy_getinfo`, which are variadic and cannot be called
// from Swift.
#pragma once

#include <curl/curl.h>

typedef size_t (*CCurl_data_function)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode CCurl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode CCurl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode CCurl_set_headers(CURL *handle, struct curl_slist *headers) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

// Copies the body, so that it need not outlive the call.
static inline CURLcode CCurl_set_body(CURL *handle, const void *bytes, size_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

static inline CURLcode CCurl_set_sink(CURL *handle, CCurl_data_function function, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, function);
  return code ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

static inline long CCurl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static inline CURLcode CCurl_set_header_sink(CURL *handle, CCurl_data_function function, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
  return code ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

typedef curl_socket_t (*CCurl_open_socket_function)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

// `function` opens each socket, knowing the address that it is for, or refuses with CCurl_no_socket.
static inline CURLcode CCurl_set_open_socket(CURL *handle, CCurl_open_socket_function function, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
  return code ? code : curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
}

static const curl_socket_t CCurl_no_socket = CURL_SOCKET_BAD;

// `buffer` has CURL_ERROR_SIZE bytes and outlives the exchange.
static inline CURLcode CCurl_set_error_buffer(CURL *handle, char *buffer) {
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

static inline CURLMcode CCurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
