#!/usr/bin/env python3
"""Counts what the public regex barometer counts: rebar.py THRUM REBAR [OPTION]...

REBAR is a checkout of https://github.com/BurntSushi/rebar; its benchmarks/ is read, nothing is built. Every row for the
engine pcre2/jit of the models count and count-spans whose haystack is there is run through `thrum match` and held
against the count that the row expects of that engine. OPTIONs, such as -j 3 --chunk-size 1K, go to `thrum match`.

The engine (engines/pcre2 in the checkout) compiles with UCP and MATCH_INVALID_UTF where a row asks for Unicode, and
otherwise for bytes; not for several lines; a line ends with LF; its match limit is the highest there is. thrum compiles
for several lines and for any line end: so `(?-m)` goes in front, and --newline lf.

Prints a table and a sum; exits with 1 when a count differs. No row does for a reason of semantics.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

ENGINE = "pcre2/jit"
MODELS = ("count", "count-spans")
SEMANTICS = ["--newline", "lf", "--match-limit", "4294967295"]


def text_of(value):
    return value if isinstance(value, list) else [value]


def expected_count(count):
    """The number for the engine; None when the row has none."""
    if isinstance(count, int):
        return count
    for entry in count:
        if re.fullmatch(entry["engine"], ENGINE):
            return entry["count"]
    return None


def patterns_of(regex, directory):
    if not isinstance(regex, dict):
        return text_of(regex)
    if "path" in regex:
        raw = (directory / "regexes" / regex["path"]).read_text()
        patterns = raw.splitlines() if "per-line" in regex else [raw.strip()]
    else:
        patterns = text_of(regex["patterns"])
    if regex.get("literal"):
        patterns = [re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", pattern) for pattern in patterns]
    patterns = [regex.get("prepend", "") + pattern + regex.get("append", "") for pattern in patterns]
    if regex.get("per-line") == "alternate":
        patterns = ["|".join(f"(?:{pattern})" for pattern in patterns)]
    return patterns


def haystack_of(haystack, directory):
    """The bytes to search; None when the file is not there."""
    if not isinstance(haystack, dict):
        return haystack.encode()
    if "path" in haystack:
        path = directory / "haystacks" / haystack["path"]
        if not path.is_file():
            return None
        raw = path.read_bytes()
    else:
        raw = haystack["contents"].encode()
    if haystack.get("utf8-lossy"):
        raw = raw.decode(errors="replace").encode()
    if haystack.get("trim"):
        raw = raw.decode(errors="surrogateescape").strip().encode(errors="surrogateescape")
    if "line-start" in haystack or "line-end" in haystack:
        lines = re.findall(rb"[^\n]*\n|[^\n]+", raw)
        raw = b"".join(lines[haystack.get("line-start", 0) : haystack.get("line-end", len(lines))])
    raw *= haystack.get("repeat", 1)
    return haystack.get("prepend", "").encode() + raw + haystack.get("append", "").encode()


def all_rows(directory, folder="."):
    """The rows of the definitions below a folder, each with the name of its group."""
    definitions = directory / "definitions"
    for path in sorted((definitions / folder).rglob("*.toml")):
        for row in tomllib.loads(path.read_text()).get("bench", []):
            yield str(path.relative_to(definitions).with_suffix("")), row


def rows(directory):
    for group, row in all_rows(directory):
        if ENGINE in row["engines"] and row["model"] in MODELS:
            yield f"{group}/{row['name']}", row


def thrum_count(match, row, pattern, haystack, scratch):
    """thrum's count, or the reason why there is none."""
    pattern_file, text = scratch / "pattern", scratch / "haystack"
    text.write_bytes(haystack)
    command = match + SEMANTICS
    if "\n" in pattern:
        command += ["-e", "(?-m)" + pattern]
    else:  # longer ones would not fit into an argument
        pattern_file.write_text("(?-m)" + pattern + "\n")
        command += ["-f", str(pattern_file)]
    command += [] if row.get("unicode") else ["--bytes"]
    command += ["-i"] if row.get("case-insensitive") else []
    command += ["-c"] if row["model"] == "count" else []
    done = subprocess.run(command + [str(text)], capture_output=True)
    if done.returncode == 2:
        return done.stderr.decode(errors="replace").strip().replace(str(scratch) + os.sep, "")
    if row["model"] == "count":
        return int(done.stdout)
    return span_bytes(command, text)


def span_bytes(command, text):
    """The sum of the matches' lengths: each is printed with a newline of its own."""
    printed = subprocess.run(command + [str(text)], capture_output=True).stdout
    n_matches = int(subprocess.run(command + ["-c", str(text)], capture_output=True).stdout)
    return len(printed) - n_matches


def check(match, row, directory, scratch):
    """What became of a row, the count it expects and thrum's."""
    expected = expected_count(row["count"])
    patterns = patterns_of(row["regex"], directory)
    haystack = haystack_of(row["haystack"], directory)
    if haystack is None:
        return "no haystack", expected, "-"
    if len(patterns) != 1 or expected is None:
        return "not for this engine", expected, "-"
    seen = thrum_count(match, row, patterns[0], haystack, scratch)
    return "ok" if seen == expected else "DIFFERS", expected, seen


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    match = [os.path.abspath(sys.argv[1]), "match"] + sys.argv[3:]
    directory = pathlib.Path(sys.argv[2], "benchmarks")
    outcomes = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, row in rows(directory):
            outcome, expected, seen = check(match, row, directory, pathlib.Path(scratch))
            outcomes.append(outcome)
            print(f"{name:58} {row['model']:12} {expected!s:>10} {seen!s:>10}  {outcome}", flush=True)
    n_reproduced, n_differ = outcomes.count("ok"), outcomes.count("DIFFERS")
    print(f"{len(outcomes) - n_reproduced - n_differ} rows cannot be run here")
    print(f"{n_reproduced + n_differ} rows, {n_reproduced} reproduced, {n_differ} differ")
    sys.exit(n_differ > 0)


if __name__ == "__main__":
    main()
