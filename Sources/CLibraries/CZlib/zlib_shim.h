#pragma once
#include <zlib.h>

/// `inflateInit2` is a macro that Swift cannot import.
static inline int saccade_inflate_init(z_stream *stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}
