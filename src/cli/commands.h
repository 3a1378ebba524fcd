/* The commands: each takes its arguments with its own name in argv[0] and returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int cmd_words(int argc, char **argv);
int cmd_match(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_count(int argc, char **argv);
int cmd_find(int argc, char **argv);
int cmd_peek(int argc, char **argv);
int cmd_edit(int argc, char **argv);
int cmd_share(int argc, char **argv);
int cmd_iobench(int argc, char **argv);
int cmd_replace(int argc, char **argv);

#endif
