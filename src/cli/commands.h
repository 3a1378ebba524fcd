/* The commands: each takes its arguments with its own name in argv[0] and returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int cmd_words(int argc, char **argv);
int cmd_match(int argc, char **argv);
int cmd_count(int argc, char **argv);

#endif
