#!/usr/bin/env python3
"""The table of word counting: words_table.py THRUM [OPTION]...

One run measures thrum and its peers, holds their answers against each other, and prints medians and ratios with the
goals of the project. A peer or a text that is not given is left out, and told. Nothing is downloaded. Give the machine
to it alone; texts should fit into the page cache.
"""
import argparse
import filecmp
import itertools
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BLOCK = 1 << 24
LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))
ONLY_LETTERS = bytes(byte if byte in LETTERS else 32 for byte in range(256))
PLAIN_SPACES = bytes(32 if byte in b"\r\v\f" else byte for byte in range(256))  # those that mawk does not split at
COUNT_FIELDS = "{ for (i = 1; i <= NF; i++) n[$i]++ } END { for (w in n) print n[w], w }"
DUCKDB = """
const { DuckDBInstance } = require(process.argv[2] + '/node_modules/@duckdb/node-api');
(async () => {
  const [text, list, runs] = process.argv.slice(3);
  const db = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const lines = `read_csv('${text}', columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '',
                          header = false, auto_detect = false, max_line_size = 1000000)`;
  for (let run = 0; run < Number(runs); run++) {
    const begin = process.hrtime.bigint();
    await db.run(`COPY (SELECT word, count(*) AS n FROM (SELECT unnest(regexp_extract_all(lower(line), '[a-z]+')) AS word
                  FROM ${lines}) GROUP BY word ORDER BY n DESC) TO '${list}' (FORMAT csv, DELIMITER ' ', HEADER false)`);
    console.log(Number(process.hrtime.bigint() - begin) / 1e9);
  }
  console.log((await (await db.runAndReadAll('SELECT version()')).getRows())[0][0]);
})().catch((error) => { console.error(String(error)); process.exit(1); });
"""


class Bench:
    def __init__(self, options, scratch):
        self.thrum = os.path.abspath(options.thrum)
        self.runs = options.runs
        self.scratch = scratch
        self.list = scratch / "list"

    def time(self, command):
        """Median seconds of a command; what it printed last is in self.list."""
        environment = {**os.environ, "LC_ALL": "C"}
        seconds = []
        for _ in range(self.runs):
            with open(self.list, "wb") as printed:
                begin = time.perf_counter()
                subprocess.run(command, stdout=printed, env=environment, check=True)
                seconds.append(time.perf_counter() - begin)
        return statistics.median(seconds)

    def words(self, text, *arguments):
        """Median seconds of `thrum words` with a list of words and counts."""
        return self.time([self.thrum, "words", "--format", "tsv", "--no-header", *arguments, str(text)])

    def sort(self, name, columns="$1, $2"):
        """Sorts the lines "count word" that were printed last; or others, of which awk makes such."""
        path = self.scratch / name
        subprocess.run(["sh", "-c", f"awk '{{ print {columns} }}' \"$0\" | sort -S 512M >\"$1\"", str(self.list), str(path)],
                       env={**os.environ, "LC_ALL": "C"}, check=True)
        return path

    def sort_words(self, text, *arguments):
        """The same of thrum's list."""
        with open(self.list, "wb") as printed:
            subprocess.run([self.thrum, "words", "--format", "uniq", *arguments, str(text)], stdout=printed, check=True)
        return self.sort("ours")


def section(title):
    print(f"\n{title}\n{'':58} {'seconds':>9} {'GB/s':>8} {'ratio':>8}  goal", flush=True)


def row(name, seconds, n_bytes, ratio=None, goal=None):
    """A ratio tells how many times quicker thrum is, or how many times as quick as before."""
    shown = f"{ratio:8.2f}" if ratio is not None else " " * 8
    met = "" if goal is None else f"  >= {goal:g}" + ("" if ratio >= goal else "  MISSED")
    print(f"{name:58} {seconds:9.3f} {n_bytes / seconds / 1e9:8.3f} {shown}{met}", flush=True)


def same(what, left, right):
    """Both answers have to be the same: two lists in files, or two values."""
    if not (filecmp.cmp(left, right, shallow=False) if isinstance(left, pathlib.Path) else left == right):
        sys.exit(f"{what}: the answers DIFFER")


def left_out(what):
    print(f"{what:58} left out: not given", flush=True)


def translate(source, target, table):
    with open(source, "rb") as reader, open(target, "wb") as writer:
        while block := reader.read(BLOCK):
            writer.write(block.translate(table))


def repeat(sources, target, n_bytes):
    """Writes the files again and again until there are so many bytes."""
    text = b"\n".join(pathlib.Path(source).read_bytes() for source in sources) + b"\n"
    with open(target, "wb") as writer:
        while writer.tell() < n_bytes:
            writer.write(text)


def first_lines(source, target, n_bytes):
    with open(source, "rb") as reader, open(target, "wb") as writer:
        text = reader.read(n_bytes)
        writer.write(text[: text.rfind(b"\n") + 1] or text)


def build_countwords(checkout, scratch):
    program = scratch / "countwords"
    subprocess.run(["cc", "-O2", "-o", str(program), str(pathlib.Path(checkout, "optimized.c"))], check=True)
    return str(program)


def beside_countwords(bench, options, one, ours):
    if not options.countwords:
        return left_out("countwords, optimized C (--countwords)")
    program = build_countwords(options.countwords, bench.scratch)
    letters = bench.scratch / "letters"
    translate(options.text, letters, ONLY_LETTERS)
    # It splits at white space only; with spaces for all but letters, its words are those of --token ascii.
    itself = bench.time(["sh", "-c", '"$0" <"$1"', program, options.text])
    spaced = bench.time(["sh", "-c", '"$0" <"$1"', program, str(letters)])
    same("countwords", bench.sort("theirs", "$2, $1"), ours)
    letters.unlink()
    n_bytes = os.path.getsize(options.text)
    row("countwords, optimized C", itself, n_bytes, itself / one, 6)
    row("countwords, of the text with nothing but letters and spaces", spaced, n_bytes, spaced / one)


def beside_duckdb(bench, options, two, ours):
    if not options.duckdb or not shutil.which("node"):
        return left_out("DuckDB (--duckdb, and node)")
    script = bench.scratch / "duckdb.js"
    script.write_text(DUCKDB)
    command = ["node", script, os.path.abspath(options.duckdb), os.path.abspath(options.text), bench.list, options.runs]
    *seconds, version = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    same("DuckDB", bench.sort("theirs", "$2, $1"), ours)
    taken = statistics.median(map(float, seconds))
    row(f"DuckDB {version}, 2 threads", taken, os.path.getsize(options.text), taken / two, 50)


def measure_ascii(bench, options):
    n_bytes = os.path.getsize(options.text)
    section(f"words --token ascii, {n_bytes / 1e6:.0f} MB of prose")
    two = bench.words(options.text, "--token", "ascii", "-j", "2")
    counts_of_two = bench.list.read_bytes()
    one = bench.words(options.text, "--token", "ascii", "-j", "1")
    same("1 and 2 threads", counts_of_two, bench.list.read_bytes())
    ours = bench.sort_words(options.text, "--token", "ascii")
    row("thrum, 1 thread", one, n_bytes)
    row("thrum, 2 threads: times as quick as 1", two, n_bytes, one / two, 1.85)
    beside_countwords(bench, options, one, ours)
    beside_duckdb(bench, options, two, ours)
    for n_threads in "1", "2":
        row(f"thrum --ngrams 2, {n_threads} thread(s)",
            bench.words(options.text, "--token", "ascii", "--ngrams", "2", "-j", n_threads), n_bytes)


def measure_space(bench, options):
    if not options.source or not shutil.which("mawk"):
        return left_out("\nwords --token space beside mawk (--source, and mawk)")
    source = bench.scratch / "source"
    translate(options.source, source, PLAIN_SPACES)
    n_bytes = os.path.getsize(source)
    section(f"words --token space --case keep, {n_bytes / 1e6:.0f} MB of source, 2 threads")
    mawk = bench.time(["mawk", COUNT_FIELDS, str(source)])
    theirs = bench.sort("theirs")
    row("mawk", mawk, n_bytes)
    whole = bench.words(source, "--token", "space", "--case", "keep", "-j", "2")
    with open(bench.list, "rb") as printed:
        head = b"".join(itertools.islice(printed, 100))
    same("mawk", bench.sort_words(source, "--token", "space", "--case", "keep"), theirs)
    row("thrum, the whole list", whole, n_bytes, mawk / whole, 12)
    top = bench.words(source, "--token", "space", "--case", "keep", "-j", "2", "-n", "100")
    same("the first 100", head, bench.list.read_bytes())
    row("thrum -n 100", top, n_bytes, mawk / top, 25)
    source.unlink()


def beside_icu(bench, options, name, text, goal):
    n_bytes = os.path.getsize(text)
    walks = []
    for _ in range(bench.runs):
        with open(text, "rb") as reader:
            walked = subprocess.run([options.icu_words, "--time"], stdin=reader, stdout=subprocess.PIPE, check=True)
        n_words, seconds = walked.stdout.split()
        walks.append(float(seconds))
    thrum = bench.words(text, "-j", "1")
    same(name, sum(int(line.split(b"\t")[2]) for line in open(bench.list, "rb")), int(n_words))
    icu = statistics.median(walks)
    row(f"{name}: ICU's walk alone", icu, n_bytes)
    row(f"{name}: thrum, list and all", thrum, n_bytes, icu / thrum, goal)


def measure_unicode(bench, options):
    if not options.icu_words:
        return left_out("\nwords beside ICU (--icu-words)")
    section("words (unicode), 1 thread")
    text = bench.scratch / "prose"
    first_lines(options.text, text, options.icu_bytes)
    beside_icu(bench, options, "English", text, 12)
    for name, sources in ("Russian", options.russian), ("Greek", options.greek):
        if not sources:
            left_out(f"{name} (--{name.lower()})")
            continue
        repeat(sources, text, options.icu_bytes)
        beside_icu(bench, options, name, text, 4)
    text.unlink()


def measure_count(bench, options):
    n_bytes = os.path.getsize(options.text)
    section("count beside LC_ALL=C wc: lines, words, bytes")
    wc = bench.time(["wc", options.text])
    expected = list(map(int, bench.list.read_bytes().split()[:3]))
    row("wc", wc, n_bytes)
    for n_threads in "1", "2":
        taken = bench.time([bench.thrum, "count", "--token", "space", "--format", "tsv", "--no-header", "-j", n_threads,
                            options.text])
        lines, words, _, n_read = map(int, bench.list.read_bytes().split()[:4])
        same("wc", [lines, words, n_read], expected)
        row(f"thrum, {n_threads} thread(s)", taken, n_bytes, wc / taken, 10)


def spell(number, width=6):
    return bytes(97 + number // 26**place % 26 for place in range(width))


def measure_likeness(bench):
    """Words alike at the begin, at the end or at both must cost about what any words do, however many there are."""
    section("distinct words, 20 letters each, 1 thread: seconds for 500,000 and ratio to random ones")
    draw = random.Random(1)
    numbers = range(500_000)
    families = {
        "random": [bytes(draw.choices(range(97, 123), k=20)) for _ in numbers],
        "the same first 14": [b"a" * 14 + spell(n) for n in numbers],
        "the same last 14": [spell(n) + b"a" * 14 for n in numbers],
        "the same but for the middle": [b"a" * 7 + spell(n) + b"a" * 7 for n in numbers],
    }
    text, base = bench.scratch / "alike", None
    for name, words in families.items():
        text.write_bytes(b"\n".join(words) + b"\n")
        taken = bench.words(text, "--token", "ascii", "-j", "1", "-n", "10")
        base = base or taken
        row(name, taken, os.path.getsize(text), base / taken, 0.5)
    text.unlink()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("thrum", help="the program")
    parser.add_argument("--text", required=True, help="ASCII prose, 1 GB for the table")
    parser.add_argument("--source", help="a large source tree as one file")
    parser.add_argument("--russian", nargs="+", help="texts, repeated to --icu-bytes")
    parser.add_argument("--greek", nargs="+", help="the same")
    parser.add_argument("--icu-words", help="tests/icu_words of the build")
    parser.add_argument("--icu-bytes", type=int, default=100_000_000, help="of text for ICU (100000000)")
    parser.add_argument("--countwords", help="a checkout of github.com/benhoyt/countwords")
    parser.add_argument("--duckdb", help="a folder in which npm installed @duckdb/node-api")
    parser.add_argument("--runs", type=int, default=5, help="the median of so many (5)")
    return parser.parse_args()


def main():
    options = parse()
    version = subprocess.run([options.thrum, "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout
    print(f"{version.splitlines()[0]}, {os.cpu_count()} processors, medians of {options.runs} runs")
    with tempfile.TemporaryDirectory(prefix="thrum-bench-") as scratch:
        bench = Bench(options, pathlib.Path(scratch))
        measure_ascii(bench, options)
        measure_space(bench, options)
        measure_unicode(bench, options)
        measure_count(bench, options)
        measure_likeness(bench)


if __name__ == "__main__":
    main()
