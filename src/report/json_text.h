/* Bytes as strings of JSON. Control characters, DEL and C1 among them, are escaped: the text may be shown on a
 * terminal. */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"

/* Appends the bytes as a string in quotes. A string in JSON is Unicode, so what is no UTF-8 becomes U+FFFD. */
void json_append_string(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes);

/* Appends {"text":"..."}, or {"bytes":"..."} in base64 (RFC 4648) when the bytes are no UTF-8: nothing is lost. */
void json_append_data(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes);

#endif
