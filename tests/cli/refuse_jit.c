/* refuse_jit PROGRAM [ARGUMENT]...: runs a program for which the system refuses memory that is written and then
 * executed, and so just-in-time compilation. Exits with 77 where the kernel does not know how. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE              65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) != 0)
        return 77;
    execv(argv[1], argv + 1);
    perror(argv[1]);
    return 2;
}
