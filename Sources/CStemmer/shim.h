// Snowball's stemmers. Debian's package has no pkg-config file; the header is on the compiler's own path.
#pragma once

#include <libstemmer.h>
