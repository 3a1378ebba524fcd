#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_init(progress *line, when_choice when) {
    memset(line, 0, sizeof *line);
    line->wanted = when == WHEN_ALWAYS || (when != WHEN_NEVER && isatty(STDERR_FILENO));
    line->started = seconds_now();
    line->next_shown = line->started + (when == WHEN_ALWAYS ? 0 : 1);
}

void progress_show(progress *line, uint64_t n_bytes_done, uint64_t n_bytes_total) {
    if (!line->wanted)
        return;
    double now = seconds_now();
    if (now < line->next_shown)
        return;
    double done = (double)n_bytes_done, seconds = now - line->started;
    fprintf(stderr, "\r%.2f GB", done * 1e-9);
    if (n_bytes_total)
        fprintf(stderr, "  %.0f%%", done * 100 / (double)n_bytes_total);
    if (seconds > 0)
        fprintf(stderr, "  %.2f GB/s", done * 1e-9 / seconds);
    fputs("\033[K", stderr);
    line->visible = true;
    line->next_shown = now + 0.1;
}

void progress_erase(progress *line) {
    if (line->visible)
        fputs("\r\033[K", stderr);
    line->visible = false;
}
