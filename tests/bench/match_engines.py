#!/usr/bin/env python3
"""The table of matching: match_engines.py THRUM [OPTION]...

One run measures thrum beside ripgrep and beside itself with PCRE2 alone, holds their answers against each other, and
prints medians and ratios with the goals of the project. A text that is not given is left out, and told. Nothing is
downloaded. Give the machine to it alone; texts should fit into the page cache.

A ratio tells how many times quicker thrum is. Answers: "same"; counts that differ are shown. Where they may: ripgrep's
regexes know another version of Unicode, and never take an ill-formed byte for a character. In ripgrep, -U makes the
whole file the subject, as it always is in thrum.
"""
import argparse
import math
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time

import rebar

MODELS = ("count", "count-spans")
GIVE_UP_SECONDS = 60
SLOWER_THAN_PCRE2 = 1.05  # thrum may be so much slower than with PCRE2 alone
RG = ["--no-config", "--text", "--encoding", "none", "--regex-size-limit", "1G"]
RG_COUNT = ["--count-matches"]
RG_EXTRACT = ["-o", "--no-line-number", "--no-filename"]

EMAIL = r"[\w\.+-]+@[\w\.-]+\.[\w\.-]+"
URI = r"[\w]+://[^/\s?#]+[^\s?#]+(?:\?[^\s#]*)?(?:#[^\s]*)?"
IPV4 = r"(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9])"

# text, pattern, as bytes, the goals of counting and extracting
PATTERNS = (
    ("prose", r"\b[a-zA-Z]{5}\b", True, 30, 12),
    ("prose", r"\b[a-zA-Z]{5}\b", False, 20, None),
    ("prose", r"\b\w+\b", True, 30, 10),
    ("prose", r"\b\w+\b", False, 20, None),
    ("prose", r"\w+ing\b", False, 4, 3),
    ("prose", r"[A-Z][a-z]+ [A-Z][a-z]+", False, 4, 3),
    ("prose", r"Aaron|Moses|Pharaoh|Jordan", False, 1.5, 1.5),
    ("prose", r"(?i)jerusalem", False, 1.5, 1.5),
    ("prose", r"\w+\s+unto\s+\w+", False, 1.5, 1.5),
    ("source", r"\d{4}-\d{2}-\d{2}", False, 2, 2),
    ("source", EMAIL, False, 2, 2),
    ("source", URI, False, 2, 2),
    ("source", IPV4, False, 2, 2),
)


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.runs = options.runs
        self.thrum = [os.path.abspath(options.thrum), "match", "-j", str(options.threads)]
        self.rg = [options.rg, *RG]
        probe = subprocess.run([*self.thrum, "--engine", "pcre2", "x", os.devnull], capture_output=True)
        self.has_engines = probe.returncode != 2  # older ones are PCRE2 alone

    def run(self, command, printed):
        """Median seconds, or None when it fails or takes too long, which is told."""
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        seconds = []
        for _ in range(self.runs):
            with open(printed, "wb") as output:
                begin = time.perf_counter()
                process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, env=environment)
                end = threading.Timer(GIVE_UP_SECONDS, process.kill)  # wait(timeout=...) would look only now and then
                end.start()
                complaint = process.stderr.read()
                status = process.wait()
                seconds.append(time.perf_counter() - begin)
                end.cancel()
            if status not in (0, 1):
                why = f"longer than {GIVE_UP_SECONDS} s" if status == -signal.SIGKILL else complaint.decode()[:100]
                print(f"{pathlib.Path(command[0]).name}: {why.splitlines()[0]}")
                return None
            if seconds[-1] > 20:
                break
        return statistics.median(seconds)

    def row(self, name, ours, theirs, text, goal=None, is_count=True, tries_pcre2=True):
        """Runs a row and prints it. The two ratios, or None where a run took too long."""
        paths = [self.scratch / who for who in ("ours", "alone", "theirs")]
        seconds = self.run([*self.thrum, *ours, text], paths[0])
        alone = None
        if self.has_engines and tries_pcre2:
            alone = self.run([*self.thrum, "--engine", "pcre2", *ours, text], paths[1])
        peer = self.run([*self.rg, *theirs, text], paths[2])
        ratio = peer / seconds if peer and seconds else None
        gain = alone / seconds if alone and seconds else None
        answers = compare(paths[0], paths[2], is_count) if peer and seconds else "?"
        if alone and seconds and compare(paths[0], paths[1], is_count) != "same":
            answers += ", --engine pcre2 DIFFERS"
        show(name, (seconds, alone, peer), (gain, ratio), goal, answers)
        return ratio, gain


def compare(left, right, is_count):
    if is_count:
        counts = [int(path.read_bytes() or 0) for path in (left, right)]
        return "same" if counts[0] == counts[1] else f"{counts[0]} and {counts[1]}"
    n_bytes = [os.path.getsize(path) for path in (left, right)]
    is_same = subprocess.run(["cmp", "-s", left, right]).returncode == 0
    return "same" if is_same else f"{n_bytes[0]} and {n_bytes[1]} bytes"


def section(title):
    print(f"\n{title}")
    print(f"{'':52} {'thrum':>8} {'pcre2':>8} {'ripgrep':>8} {'/pcre2':>7} {'/rg':>7}  goal    answers", flush=True)


def show(name, seconds, ratios, goal, answers):
    gain, ratio = ratios
    cells = [f"{value:8.3f}" if value is not None else f"{'-':>8}" for value in seconds]
    cells += [f"{value:7.2f}" if value is not None else f"{'-':>7}" for value in ratios]
    met = "" if goal is None or ratio is None else f">= {goal:g}"
    missed = goal is not None and ratio is not None and ratio < goal
    missed = missed or (gain is not None and gain * SLOWER_THAN_PCRE2 < 1)
    print(f"{name[:52]:52} {' '.join(cells)}  {met:7} {answers}{'  MISSED' if missed else ''}", flush=True)


def left_out(what):
    print(f"{what}: left out: not given", flush=True)


# --- patterns over two texts -----------------------------------------------------------------------------------------


def patterns(bench):
    texts = {"prose": bench.options.prose, "source": bench.options.source}
    for what, path in texts.items():
        if not path:
            left_out(f"--{what}")
    rows = [row for row in PATTERNS if texts[row[0]]]
    parts = (("counting", ["-c"], RG_COUNT, 3), ("extracting to a file", [], RG_EXTRACT, 4))
    for title, ours, theirs, goal_at in parts:
        section(title)
        for row in rows:
            text, pattern, as_bytes = row[:3]
            crosses = ["-U"] if r"\s" in pattern or "[^" in pattern else []
            name = pattern + ("  (bytes)" if as_bytes else "")
            bench.row(name, [*ours, *(["--bytes"] if as_bytes else []), "-e", pattern],
                      [*theirs, *crosses, *(["--no-unicode"] if as_bytes else []), "-e", pattern],
                      texts[text], row[goal_at], goal_at == 3)


# --- lists of words --------------------------------------------------------------------------------------------------


def word_lists(bench):
    """PCRE2 alone would take a minute and more for such a list."""
    if not bench.options.words or not bench.options.prose:
        return left_out("lists of words (--words and --prose)")
    words = pathlib.Path(bench.options.words).read_text().splitlines()
    section("counting the words of a list")
    listed = bench.scratch / "words"
    for n in (100, 1000, 10000):
        listed.write_text("\n".join(words[:: max(1, len(words) // n)][:n]) + "\n")
        for flags in ([], ["-i"], ["-w"]):
            both = [*flags, "-F", "-f", str(listed)]
            name = f"{n} words {' '.join(flags)}"
            bench.row(name, ["-c", *both], [*RG_COUNT, *both], bench.options.prose, tries_pcre2=False)


# --- the curated group of the public regex barometer -----------------------------------------------------------------


def stand_in(path, options, scratch):
    """A text like a haystack that rebar keeps elsewhere: other source code, cut to a like size."""
    if path.endswith(".py"):
        stand = scratch / "python"
        if not stand.exists():
            folder = pathlib.Path(sysconfig.get_paths()["stdlib"])
            stand.write_bytes(b"".join(file.read_bytes() for file in sorted(folder.rglob("*.py")))[: 1 << 25])
        return stand
    return options.source


def make_text(row, bench, directory):
    """Writes the haystack of a row, again and again. What it was made of, and whether each line is a subject."""
    haystack, text, note = row["haystack"], bench.scratch / "text", ""
    if isinstance(haystack, dict) and "path" in haystack and not (directory / "haystacks" / haystack["path"]).is_file():
        stand = stand_in(haystack["path"], bench.options, bench.scratch)
        if not stand:
            return None, False
        with open(stand, "rb") as reader:
            raw = reader.read(1 << 25)
        if haystack.get("utf8-lossy"):
            raw = raw.decode(errors="replace").encode()
        n_lines = haystack.get("line-end", len(raw)) - haystack.get("line-start", 0)
        raw, note = b"\n".join(raw.split(b"\n")[:n_lines]), "*"
    else:
        raw = rebar.haystack_of(haystack, directory)
    has_lines = raw.count(b"\n") > 1
    raw = raw if raw.endswith(b"\n") else raw + b"\n"
    with open(text, "wb") as writer:
        for _ in range(math.ceil(bench.options.megabytes * 1000000 / len(raw))):
            writer.write(raw)
    return note, not has_lines


def curated_row(name, row, bench, directory):
    note, by_line = make_text(row, bench, directory)
    if note is None:
        left_out(f"{name} (--source)")
        return None
    regex = row["regex"]
    is_literal = isinstance(regex, dict) and regex.get("literal") and regex.get("per-line") == "pattern"
    if is_literal:
        regex = {**regex, "literal": False}
    texts = rebar.patterns_of(regex, directory)
    pattern_file = bench.scratch / "patterns"
    pattern_file.write_text("\n".join(texts) + "\n")
    both = ["-F"] if is_literal else []
    both += ["-i"] if row.get("case-insensitive") else []
    both += ["-f", str(pattern_file)]
    ours = ["-c", "--newline", "lf", "--match-limit", "4294967295", *both, *(["--lines"] if by_line else [])]
    theirs = [*RG_COUNT, *both, *([] if by_line else ["-U"])]
    if not row.get("unicode"):
        ours.append("--bytes")
        theirs.append("--no-unicode")
    return bench.row(name + note, ours, theirs, bench.scratch / "text", 1)


def mean(ratios):
    return math.exp(statistics.mean(map(math.log, ratios)))


def curated(bench):
    if not bench.options.rebar:
        return left_out("the curated group (--rebar)")
    directory = pathlib.Path(bench.options.rebar, "benchmarks")
    section(f"rebar's curated group, {bench.options.megabytes} MB each (*: on another text than rebar's)")
    outcomes = []
    for group, row in rebar.all_rows(directory, "curated"):
        name = f"{group.split('/')[-1]}/{row['name']}"
        if row["model"] in MODELS and re.search(bench.options.only, name):
            outcomes.append(curated_row(name, row, bench, directory))
    ratios = [outcome[0] for outcome in outcomes if outcome and outcome[0]]
    gains = [outcome[1] for outcome in outcomes if outcome and outcome[1]]
    if ratios:
        least, middle = min(ratios), mean(ratios)
        print(f"{len(ratios)} rows: geometric mean {middle:.2f} (goal 4), least {least:.2f} (goal 1)"
              f"{'' if middle >= 4 and least >= 1 else '  MISSED'}")
    if gains:
        print(f"beside PCRE2 alone: geometric mean {mean(gains):.2f}, least {min(gains):.2f} "
              f"(goal {1 / SLOWER_THAN_PCRE2:.2f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("thrum", metavar="THRUM")
    parser.add_argument("--rg", default=shutil.which("rg"), metavar="PATH", help="ripgrep; default: rg on PATH")
    parser.add_argument("--prose", metavar="FILE", help="English prose")
    parser.add_argument("--source", metavar="FILE", help="source code in C")
    parser.add_argument("--words", metavar="FILE", help="10,000 words and more that the prose may have, one a line")
    parser.add_argument("--rebar", metavar="CHECKOUT", help="a checkout of https://github.com/BurntSushi/rebar")
    parser.add_argument("--only", default="", metavar="REGEX", help="of the curated group only rows with such names")
    parser.add_argument("--megabytes", type=int, default=200, help="of each haystack of the curated group (200)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if not options.rg:
        parser.error("ripgrep is needed: --rg PATH")
    with tempfile.TemporaryDirectory(prefix="thrum-bench-") as scratch:
        bench = Bench(options, pathlib.Path(scratch))
        version = subprocess.run([options.rg, "--version"], capture_output=True, text=True).stdout.splitlines()[0]
        print(f"{version}; thrum on {options.threads} threads; medians of {options.runs} runs, in seconds")
        patterns(bench)
        word_lists(bench)
        curated(bench)


if __name__ == "__main__":
    main()
