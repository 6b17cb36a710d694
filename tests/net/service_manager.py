#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a service manager is to one service, by sd_notify(3), sd_listen_fds(3) and systemd.service(5), and no more.

service_manager.py FOLDER COMMAND ARGUMENT...
    Makes FOLDER/notify, a socket, and FOLDER/commands, a FIFO, and starts nothing. Each line that is written to the
    FIFO is a request:
        start [PROGRAM]  start the service with the descriptors that are stored, by another program if one is named
        signal NAME      send it a signal, "KILL" for instance
        wait             until it has ended; its exit status, or -SIGNAL, is logged
        drop             close all that is stored, as the end of a stopped service does
        end              end the manager
    FOLDER/log has a line for each request that is done and for each message of the service: "start PID",
    "wait STATUS", "READY=1", "stored NAME", "removed NAME"... Output of the service is in FOLDER/out and FOLDER/err,
    which are appended to. WATCHDOG=SECONDS in the environment gives the service a watchdog, which is only logged.
"""

import array
import ctypes
import os
import selectors
import signal
import socket
import stat
import subprocess
import sys


def same_file(one, other):
    """Whether two descriptors are of one open file: systemd stores that once, under its first name."""
    number = {"x86_64": 312, "aarch64": 272}.get(os.uname().machine)
    if number is None:
        return False
    kcmp = ctypes.CDLL(None).syscall
    pid = os.getpid()
    return kcmp(number, pid, pid, 0, ctypes.c_ulong(one), ctypes.c_ulong(other)) == 0


class Manager:
    def __init__(self, folder, command):
        self.folder, self.command = folder, command
        self.store = []  # (name, descriptor), in the order of arrival
        self.service = None
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(folder + "/notify")
        os.chmod(folder + "/notify", 0o777)
        os.mkfifo(folder + "/commands")
        # Opened for writing, too, so that it never ends.
        self.commands = os.open(folder + "/commands", os.O_RDWR)
        self.log_file = open(folder + "/log", "a", buffering=1)
        self.pending = b""

    def log(self, line):
        self.log_file.write(line + "\n")

    def start(self, program=None):
        # Not in the order of arrival: who goes by that is wrong.
        stored = sorted(self.store, key=lambda kept: kept[0][::-1])
        source = [os.dup(fd) for _, fd in stored]
        environment = dict(os.environ, NOTIFY_SOCKET=self.folder + "/notify")
        environment.pop("WATCHDOG", None)
        if os.environ.get("WATCHDOG"):
            environment["WATCHDOG_USEC"] = str(int(float(os.environ["WATCHDOG"]) * 1e6))

        def place():
            high = [os.dup2(fd, 1000 + i) for i, fd in enumerate(source)]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
                os.close(fd)
            os.closerange(3 + len(high), 1000)

        # The shell knows its own process's number, and keeps it.
        script = ('LISTEN_PID=$$ LISTEN_FDS=%d LISTEN_FDNAMES=%s exec "$0" "$@"'
                  % (len(stored), ":".join(name for name, _ in stored)))
        command = [program or self.command[0]] + self.command[1:]
        with open(self.folder + "/out", "ab") as out, open(self.folder + "/err", "ab") as err:
            self.service = subprocess.Popen(
                ["/bin/sh", "-c", script] + command, env=environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=err, close_fds=False, preexec_fn=place)
        for fd in source:
            os.close(fd)
        self.log("start %d" % self.service.pid)

    def message(self):
        data, control, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(64 * 4))
        fds = array.array("i")
        for level, kind, content in control:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(content[:len(content) // 4 * 4])
        words = dict(line.split("=", 1) for line in data.decode().splitlines())
        name = words.get("FDNAME", "stored")
        if words.get("FDSTORE") == "1":
            for fd in fds:
                # One that can be polled goes when it hangs up or fails, as a map does at once.
                if words.get("FDPOLL") != "0" and not stat.S_ISREG(os.fstat(fd).st_mode):
                    self.log("would be lost " + name)
                if any(same_file(fd, stored) for _, stored in self.store):
                    self.log("stored already " + name)
                    continue
                self.store.append((name, os.dup(fd)))
            self.log("stored " + name)
        elif words.get("FDSTOREREMOVE") == "1":
            for stored, fd in self.store:
                if stored == name:
                    os.close(fd)
            self.store = [kept for kept in self.store if kept[0] != name]
            self.log("removed " + name)
        elif words.get("BARRIER") != "1":
            for word, value in words.items():
                self.log("%s=%s" % (word, value))
        for fd in fds:
            os.close(fd)

    def drop(self):
        for _, fd in self.store:
            os.close(fd)
        self.store = []

    def request(self, words):
        """Whether to go on."""
        if words[0] == "start":
            self.start(*words[1:2])
            return True
        if words[0] == "signal":
            self.service.send_signal(signal.Signals["SIG" + words[1]])
        elif words[0] == "wait":
            # What it sends meanwhile must be read.
            while self.service.poll() is None:
                self.turn(0.02, [self.socket])
            self.turn(0, [self.socket])
            self.log("wait %d" % self.service.returncode)
            return True
        elif words[0] == "drop":
            self.drop()
        elif words[0] == "end":
            return False
        self.log(" ".join(words))
        return True

    def turn(self, timeout, sources):
        """Read what there is. Whether to go on."""
        with selectors.DefaultSelector() as selector:
            for source in sources:
                selector.register(source, selectors.EVENT_READ)
            ready = {key.fileobj for key, _ in selector.select(timeout)}
        if self.socket in ready:
            self.message()
            return True
        if self.commands in ready:
            self.pending += os.read(self.commands, 4096)
            while b"\n" in self.pending:
                line, self.pending = self.pending.split(b"\n", 1)
                if not self.request(line.decode().split()):
                    return False
        return True

    def run(self):
        while self.turn(None, [self.socket, self.commands]):
            pass
        if self.service and self.service.poll() is None:
            self.service.kill()
            self.service.wait()
        self.drop()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    MANAGER = Manager(sys.argv[1], sys.argv[2:])
    try:
        MANAGER.run()
    finally:
        if MANAGER.service and MANAGER.service.poll() is None:
            MANAGER.service.kill()
            MANAGER.service.wait()
