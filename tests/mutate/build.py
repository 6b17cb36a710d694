# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Compiling, linking and running tests against a changed header.

Tree is a copy of the checkout, built once by its own Makefile. A Workshop has an include folder of its
own in which one header at a time is changed; it compiles the objects that this changes, fast and
without optimisation, puts them into copies of the libraries, links tests and runs them. Whether a
change makes a difference at all is seen by the optimised code, which takes longer.
"""

import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import time

IGNORED = shutil.ignore_patterns("build*", ".git", "corpus", "docs", "__pycache__")
HEADERS = "include"
BUILD = "build"
MEMORY_MAX = 4 << 30  # bytes that a test may take
# The parser is inlined into one function, which takes a compiler long.
QUICK = "-O0 -Dalways_inline=noinline -c"


def same_file(one, other):
    with open(one, "rb") as a, open(other, "rb") as b:
        return a.read() == b.read()


def copy_changed(source, target):
    """Make @target what @source is; only files that differ are written, for make to see."""
    os.makedirs(target, exist_ok=True)
    names = os.listdir(source)
    names = [name for name in names if name not in IGNORED(source, names)]
    for name in set(os.listdir(target)) - set(names) - {BUILD}:
        path = os.path.join(target, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    for name in names:
        one, other = os.path.join(source, name), os.path.join(target, name)
        if os.path.isdir(one):
            copy_changed(one, other)
        elif os.path.isfile(one) and not (os.path.isfile(other) and same_file(one, other)):
            shutil.copyfile(one, other)
            shutil.copymode(one, other)


class Failure(Exception):
    """Something that has nothing to do with a change is wrong."""


def run(command, folder):
    return subprocess.run(command, cwd=folder, shell=True, capture_output=True, check=False)


class Tree:
    """A copy of the checkout at @root in @folder, with the programs @tests of it built."""

    def __init__(self, root, folder, tests, flags, jobs):
        self.folder = folder
        copy_changed(root, folder)
        self.make = f"make V=1 O={BUILD} {flags}"
        self.tests = [f"{BUILD}/tests/unit/{test}" for test in tests]
        self.call(f"-j{jobs} " + " ".join(self.tests))
        self.compile, self.archives, self.link = {}, {}, {}
        for line in self.call("-nB " + " ".join(self.tests)).splitlines():
            self.take_command(line)
        missing = [test for test in self.tests if test not in self.link]
        if missing:
            raise Failure(f"make does not say how to link {' '.join(missing)}")
        self.taken = {test: self.objects_of(test) for test in self.tests}

    def call(self, arguments):
        done = run(f"{self.make} {arguments}", self.folder)
        if done.returncode:
            raise Failure((done.stdout + done.stderr).decode(errors="replace")[-2000:])
        return done.stdout.decode()

    def take_command(self, line):
        """Keep a command of make's that makes an object or a test."""
        line = line.strip()
        match = re.search(r" -c -o (\S+\.o) \S+\.c$", line)
        if match:
            self.compile[match.group(1)] = line
            return
        match = re.search(r"\bar crs (\S+\.a) (.*)$", line)
        if match:
            self.archives[match.group(1)] = match.group(2).split()
            return
        match = re.search(r" -o (\S+) ", line)
        if match and match.group(1) in self.tests:
            self.link[match.group(1)] = shlex.split(line)

    def objects_with(self, header):
        """The objects that include @header, as the compiler wrote it down."""
        objects = set()
        for target in self.compile:
            try:
                with open(os.path.join(self.folder, target[:-2] + ".d"), encoding="utf-8") as file:
                    if header in file.read().split():
                        objects.add(target)
            except FileNotFoundError:
                continue
        return objects

    def objects_of(self, test):
        """The objects that the linker takes for @test, out of archives too."""
        lines = run(shlex.join([*self.link[test], "-Wl,--trace", "-Wl,--trace"]), self.folder).stdout.decode()
        taken = set()
        for archive, objects in self.archives.items():
            names = {os.path.basename(target): target for target in objects}
            members = re.findall(rf"\(?{re.escape(archive)}[()](\w+\.o)", lines)
            taken |= {names[member] for member in members}
        return sorted(taken | (set(self.link[test]) & set(self.compile)))


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))


class Workshop:
    """Where one change at a time is tried."""

    def __init__(self, tree, folder):
        self.tree, self.folder = tree, os.path.abspath(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.include = os.path.join(self.folder, HEADERS)
        shutil.copytree(os.path.join(tree.folder, HEADERS), self.include)
        for archive in tree.archives:
            os.makedirs(os.path.dirname(self.place(archive)))
            shutil.copyfile(os.path.join(tree.folder, archive), self.place(archive))
        self.plain = {}  # see unchanged()
        self.tried = {}  # of each object that has been compiled with the change, what compile() gave
        self.affected, self.changed, self.original, self.text = set(), None, None, None

    def read(self, header):
        with open(os.path.join(self.folder, header), encoding="utf-8") as file:
            return file.read()

    def write(self, header, text):
        with open(os.path.join(self.folder, header), "w", encoding="utf-8") as file:
            file.write(text)

    def place(self, target):
        """Where this workshop has what the tree has at @target."""
        return os.path.join(self.folder, target.replace("/", "+"), os.path.basename(target))

    def output(self, target, stage):
        """What the compiler makes of @target by @stage with the workshop's headers; None if it refuses."""
        to = self.place(target)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        line = self.tree.compile[target].replace(f"-I{HEADERS} ", f"-I{self.include} ", 1)
        line = re.sub(r"\s-M[A-Z]+\b", "", line)
        line = line.replace(f" -c -o {target}", f" -w {stage} -o {shlex.quote(to)}")
        if run(line, self.tree.folder).returncode:
            return None
        with open(to, "rb") as file:
            return file.read()

    def unchanged(self, target, stage):
        """What output() gives without a change."""
        if (target, stage) not in self.plain:
            self.write(self.changed, self.original)
            self.plain[target, stage] = self.output(target, stage)
            self.write(self.changed, self.text)
            if self.plain[target, stage] is None:
                raise Failure(f"{target} cannot be compiled")
        return self.plain[target, stage]

    def begin(self, header, text):
        """Put @text into the place of @header."""
        self.affected = self.tree.objects_with(header)
        self.changed, self.original, self.text = header, self.read(header), text
        self.write(header, text)

    def end(self):
        """Make all what it was."""
        self.write(self.changed, self.original)
        for target in [target for target, what in self.tried.items() if what == "other"]:
            self.archive(target, os.path.join(self.tree.folder, target))
        self.tried = {}

    def archive(self, target, path):
        """Put the object at @path into the place of @target in the workshop's archive, if that is in one."""
        for archive, objects in self.tree.archives.items():
            if target in objects:
                subprocess.run(["ar", "r", self.place(archive), path], capture_output=True, check=True)

    def compile(self, target):
        """Compile @target for a test. Gives "same" if the change is not in it, "other" or, if the
        compiler refuses, "none"."""
        if target not in self.tried:
            self.tried[target] = "same"
            if self.output(target, "-E") != self.unchanged(target, "-E"):
                code = self.output(target, QUICK)
                if code is None:
                    self.unchanged(target, QUICK)  # it is the change, and not the compiler
                self.tried[target] = "none" if code is None else "other"
                if code is not None:
                    self.archive(target, self.place(target))
        return self.tried[target]

    def makes_a_difference(self):
        """Whether the optimised code of what has been compiled is other than without the change."""
        return any(
            self.output(target, "-c") != self.unchanged(target, "-c")
            for target, what in self.tried.items()
            if what == "other"
        )

    def compile_for(self, test):
        """Compile what @test needs; see compile()."""
        return {self.compile(t) for t in self.tree.taken[test] if t in self.affected}

    def link(self, test):
        """The program @test with what the change makes of its objects."""
        program = os.path.join(self.folder, os.path.basename(test))
        words = list(self.tree.link[test])
        words[words.index("-o") + 1] = program
        own = {*self.tree.archives, *(t for t, what in self.tried.items() if what == "other")}
        words = [self.place(word) if word in own else word for word in words]
        done = subprocess.run(words, cwd=self.tree.folder, capture_output=True, check=False)
        if done.returncode:
            raise Failure(done.stderr.decode(errors="replace")[-2000:])
        return program

    def run_test(self, test, seconds):
        """Link @test and run it. Gives "passed", "failed" or "late", and how long it took."""
        return self.run_program(self.link(test), seconds)

    def run_program(self, program, seconds):
        begun = time.monotonic()
        child = subprocess.Popen(
            [program],
            cwd=self.tree.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=limit,
            env={**os.environ, "TMPDIR": self.folder},
        )
        try:
            status = "failed" if child.wait(seconds) else "passed"
        except subprocess.TimeoutExpired:
            status = "late"
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        return status, time.monotonic() - begun
