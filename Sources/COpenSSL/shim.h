// OpenSSL, and functions for those of its macros that Swift cannot call.
// Each function is named after the macro that it stands for.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline long COpenSSL_set_min_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}

static inline long COpenSSL_set_max_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_max_proto_version(context, version);
}

static inline long COpenSSL_set_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_mode(context, mode);
}

// The original takes an unsigned 64-bit flag set, whose macros (`SSL_OP_BIT(…)`) are not imported.
static inline void COpenSSL_set_server_options(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
                                   | SSL_OP_IGNORE_UNEXPECTED_EOF);
}
