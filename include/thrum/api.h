/* Marks what libthrum exports; everything else in the library is hidden. */
#ifndef THRUM_API_H
#define THRUM_API_H

#define THRUM_VERSION "0.1.0"

#if defined(__GNUC__)
#define THRUM_API                         __attribute__((visibility("default")))
#define THRUM_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#else
#define THRUM_API
#define THRUM_PRINTF(format_at, first_at)
#endif

#endif
