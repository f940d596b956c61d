/* Bounds for the tests: nobody wants to wait half a minute. */
#ifndef FAKE_LIMITS_H
#define FAKE_LIMITS_H

#include "base/limits.h"

#undef LIMIT_IO_SECONDS
#define LIMIT_IO_SECONDS 1

#endif
