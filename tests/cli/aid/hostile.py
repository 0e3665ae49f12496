#!/usr/bin/env python3
"""hostile.py - a Redis server that is wrong in the way that it is told to be, on a socket.

    hostile.py SOCKET [--info TEXT] [--role WORD] [--config VALUE] [--on VERB=REPLY] ... [--then WHAT]
               [--while FILE] [--behind SOCKET] [--delay SECONDS] [--log FILE] &

To what a client asks at the start (AUTH, SELECT, CLIENT, INFO, ROLE, CONFIG) a server answers that is fit, or
what --info, --role and --config say ("forbidden" is an error). --on is the reply to a verb, as the protocol writes it
and with the escapes of Python; * stands for every other verb. --then is what follows that reply: keep (the
default), close, silence, again (the part behind the last | of it, without end), or trickle (it comes a byte every
tenth of a second). That is so --while the file is there, or always; else, and where nothing is said of a verb, the server --behind
answers, and without one nobody does. Its answers are --delay late, --while the file is there, or always. --log has a line for each command: its verb.
"""
import argparse
import os
import socket
import sys
import threading
import time

GREETING = ('AUTH', 'SELECT', 'CLIENT', 'INFO', 'ROLE', 'CONFIG')


def words_of():
    p = argparse.ArgumentParser()
    p.add_argument('socket')
    p.add_argument('--info', default='redis_version:7.0.15')
    p.add_argument('--role', default='master')
    p.add_argument('--config', default='noeviction')
    p.add_argument('--on', action='append', default=[])
    p.add_argument('--then', choices=('keep', 'close', 'silence', 'again', 'trickle'), default='keep')
    p.add_argument('--while', dest='file')
    p.add_argument('--behind')
    p.add_argument('--delay', type=float, default=0)
    p.add_argument('--log')
    return p.parse_args()


WORDS = words_of()
LOG = open(WORDS.log, 'a', buffering=1) if WORDS.log else None
ON = {}
for row in WORDS.on:
    verb, reply = row.split('=', 1)
    ON[verb] = reply.encode().decode('unicode_escape').encode('latin-1')


def bulk(*texts):
    return b''.join(b'$%d\r\n%s\r\n' % (len(t), t.encode()) for t in texts)


def greeting(verb, words):
    if verb == 'INFO':
        return bulk(f'# Server\r\n{WORDS.info}\r\n')
    if verb == 'ROLE':
        return b'*3\r\n' + bulk(WORDS.role) + b':0\r\n*0\r\n'
    if verb == 'CONFIG' and WORDS.config == 'forbidden':
        return b"-NOPERM this user has no permissions to run the 'config|get' command\r\n"
    if verb == 'CONFIG':
        return b'*2\r\n' + bulk(words[2].decode(), WORDS.config if words[2] == b'maxmemory-policy' else 'no')
    return b'+OK\r\n'


def request(f):
    """The words of the next request, and its bytes; None at the end."""
    head = f.readline()
    if not head.startswith(b'*'):
        return None, None
    words, raw = [], [head]
    for _ in range(int(head[1:])):
        size = f.readline()
        word = f.read(int(size[1:]) + 2)
        raw += [size, word]
        words.append(word[:-2])
    return words, b''.join(raw)


def wrong_now():
    return not WORDS.file or os.path.exists(WORDS.file)


class Client:
    def __init__(self, conn):
        self.conn, self.back = conn, None

    def wrong(self, reply):
        """False: the connection is over."""
        if WORDS.then == 'trickle':
            for byte in reply:
                self.conn.sendall(bytes([byte]))
                time.sleep(0.1)
        elif WORDS.then == 'again':
            head, more = reply.rsplit(b'|', 1)
            self.conn.sendall(head)
            more *= 1 + 65536 // len(more)
            while True:
                self.conn.sendall(more)
        else:
            self.conn.sendall(reply)
        if WORDS.then == 'silence':
            time.sleep(3600)
        return WORDS.then != 'close'

    def pump(self):
        while data := self.back.recv(65536):
            delay = WORDS.delay if wrong_now() else 0
            time.sleep(delay)
            try:  # what came meanwhile is late enough
                data += self.back.recv(65536, socket.MSG_DONTWAIT) if delay else b''
            except BlockingIOError:
                pass
            self.conn.sendall(data)

    def pass_on(self, raw):
        if not WORDS.behind:
            time.sleep(3600)
        if not self.back:
            self.back = socket.socket(socket.AF_UNIX)
            self.back.connect(WORDS.behind)
            threading.Thread(target=self.guarded, args=(self.pump,), daemon=True).start()
        self.back.sendall(raw)

    def serve(self):
        f = self.conn.makefile('rb')
        while True:
            words, raw = request(f)
            if not words:
                return
            verb = words[0].decode().upper()
            if LOG:
                LOG.write(verb + '\n')
            reply = ON.get(verb, None if verb in GREETING else ON.get('*'))
            if reply is not None and wrong_now():
                if not self.wrong(reply):
                    return
            elif verb in GREETING:
                self.conn.sendall(greeting(verb, words))
            else:
                self.pass_on(raw)

    def guarded(self, what):
        try:
            what()
        except OSError:
            pass
        for s in (self.conn, self.back):
            try:
                if s:
                    s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def run(self):
        self.guarded(self.serve)
        self.conn.close()


def main():
    server = socket.socket(socket.AF_UNIX)
    server.bind(WORDS.socket)
    server.listen(64)
    while True:
        conn, _ = server.accept()
        threading.Thread(target=Client(conn).run, daemon=True).start()


if __name__ == '__main__':
    sys.exit(main())
