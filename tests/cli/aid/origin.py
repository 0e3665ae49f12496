#!/usr/bin/env python3
"""origin.py - a server of HTTP/1.1 on 127.0.0.1 that misbehaves by path, and writes down what it was asked.

    origin.py DIR [PORT...]

A PORT is a word: a name, or name=tls to speak TLS with DIR/server.pem and DIR/server.key (clients may show a
certificate of DIR/ca.pem), name=mute to take connections and say nothing, name=full to take none: the queue
of the socket is full, as behind a wall that drops packets; name=wide to be on each address of loopback,
127.0.0.0/8. Without one there is `http`. The first line that is
printed has a free port for each: http=40001 other=40002.

DIR/log gets a line of JSON for each request, at once:
    {"event":"request","t":SECONDS,"port":NAME,"peer":PORT,"method":..,"path":..,"headers":{..},"body":BYTES,
     "open":CONNECTIONS,"busy":REQUESTS,"all":REQUESTS}
open and busy are those of the port at that moment, all those of all ports. Some paths write a line later:
    {"event":"sent","path":..,"bytes":N}      what the client has taken of an answer without end
    {"event":"half","path":..}                half of the body is sent, and the rest does not come
    {"event":"gone","path":..}                the client has closed the connection of such an answer

The server ends with the process that started it. Paths, by their first part:
    /ok                   200 and the path
    /echo                 200, what was asked as JSON, and a cookie
    /bytes/N              N bytes;                       /binary        each byte once
    /until/FILE           200 when DIR/FILE is there;    /late/MS       200 after so long
    /together/N/KEY       200 for N requests, when they are all there
    /half/N               promises 2N bytes, sends N, closes;     /stall/N: and says nothing any more
    /never                says nothing;                  /drip/N        N bytes, one a second
    /reset, /reset/half   the connection is reset, before the answer or within it
    /more/N               promises N bytes, sends 2N;    /length/TEXT   Content-Length: TEXT, ten bytes
    /close                a body that ends with the connection;   /garbage: no HTTP
    /status/N             N;                             /moved/N/PATH  N, Location: the rest of the path
    /fail/TIMES/N/KEY     N for so many requests, then 200; N may be reset, half or never
    /busy/TIMES/N/AFTER/KEY   the same, with Retry-After: AFTER, where +S and -S are dates S seconds from now
    /lateto/MS/PATH       302 after so long, Location: the rest of the path
    /hop/N                a redirect to /hop/N-1, and so on;      /loop: to itself
    /to/N?URL             a redirect to URL, percent-decoded
    /endless, /endless/N  a chunked body without end, with status N
    /gzip/N               N zeros, packed 1000:1;        /gzip/endless  blocks without content, for ever
    /brotli               100 KiB of zeros in 14 bytes;  /gzip/cut      half of a packed body
    /flood                1 MiB of headers;              /flood/line    in one header
    /part/V/N[/STOP]      N digits of version V, which may be asked for in part (Range, If-Range); where there is a
                          STOP, an answer from the start ends after so many, the first time and no more
    /part/W/V/N           the same with a weak tag;      /part/wrong/N: answers any Range with the first bytes
    /shortpart/V/N        as /part, but of a Range 50 bytes at most;      /unasked: a 206 to whoever asks
    /partof/V/N           as /part, whatever If-Range says
    /304                  304 to whoever asks;           /see/PATH      303 to the rest of the path
    /etag/V               ETag: "V"; 304 for who has it; /disposition   a name of a file, with ../ in it
"""

import asyncio
import base64
import ctypes
import email.utils
import gzip
import json
import os
import signal
import socket
import ssl
import struct
import sys
import time
import urllib.parse

DIR = sys.argv[1]
PIECE = 16 * 1024
WORDS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found",
         429: "Too Many Requests", 503: "Service Unavailable"}
BROTLI = bytes.fromhex("5bff8f817f02201e0b04720f0300")

log_fd = os.open(os.path.join(DIR, "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
counts = {}  # by path: how often it was asked
groups = {}  # by path of /together: those that wait
all_busy = 0


def log(**row):
    os.write(log_fd, (json.dumps(row) + "\n").encode())


class Gone(Exception):
    """The client has closed, or is to be left."""


class Port:
    def __init__(self, name):
        self.name, self.open, self.busy = name, 0, 0


class Client:
    """One connection: requests in, answers out."""

    def __init__(self, port, reader, writer):
        self.port, self.reader, self.writer = port, reader, writer
        self.peer = writer.get_extra_info("peername")[1]

    async def send(self, data):
        self.writer.write(data)
        try:
            await self.writer.drain()
        except (ConnectionError, ssl.SSLError):
            raise Gone from None

    async def answer(self, status, body=b"", headers=(), length=None):
        lines = [f"HTTP/1.1 {status} {WORDS.get(status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if not any(name.lower() == "content-type" for name, _ in headers):
            lines.append("Content-Type: text/plain")
        lines.append(f"Content-Length: {len(body) if length is None else length}")
        if self.method == "HEAD":
            body = b""
        await self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)

    def leave(self, reset=False):
        if reset:  # what is not sent yet is thrown away, and the peer is told
            sock = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        raise Gone

    async def silence(self):
        """Until the client goes."""
        try:
            while await self.reader.read(65536):
                pass
        except (ConnectionError, ssl.SSLError):
            pass
        log(event="gone", path=self.path)
        raise Gone

    async def taken(self):
        """Waits until the client has read all that was sent, by its queue in /proc/net/tcp."""
        end = f":{self.peer:04X}"
        while not self.reader.at_eof():
            with open("/proc/net/tcp", encoding="ascii") as table:
                for row in table:
                    row = row.split()
                    if row[1].endswith(end) and row[3] == "01":
                        break
                else:
                    return False
            if row[4].endswith(":00000000") and self.writer.transport.get_write_buffer_size() == 0:
                return True
            await asyncio.sleep(0.001)
        return False

    async def send_endless(self, status, piece, headers, first=None):
        sent = 0
        head = [f"HTTP/1.1 {status} {WORDS.get(status, 'Status')}", *headers, "Transfer-Encoding: chunked"]
        try:
            await self.send(("\r\n".join(head) + "\r\n\r\n").encode())
            if first:
                await self.send(b"%x\r\n%s\r\n" % (len(first), first))
            while await self.taken() and sent < 1 << 28:
                await self.send(b"%x\r\n%s\r\n" % (len(piece), piece))
                sent += len(piece)
        except Gone:
            pass
        log(event="sent", path=self.path, bytes=sent)
        raise Gone

    async def serve(self):
        global all_busy
        self.port.open += 1
        try:
            while True:
                head = await self.reader.readexactly(1)
                if head == b"\x16":  # TLS, where it is not spoken
                    return
                head += await self.reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                self.method, self.path, _ = lines[0].split(" ", 2)
                self.headers = {}
                for line in lines[1:-2]:
                    name, value = line.split(":", 1)
                    self.headers[name.lower()] = value.strip()
                self.body = await self.reader.readexactly(int(self.headers.get("content-length", 0)))
                self.port.busy += 1
                all_busy += 1
                log(event="request", t=time.time(), port=self.port.name, peer=self.peer, method=self.method,
                    path=self.path, headers=self.headers, body=len(self.body), open=self.port.open,
                    busy=self.port.busy, all=all_busy)
                try:
                    await self.respond()
                finally:
                    self.port.busy -= 1
                    all_busy -= 1
                if self.writer.transport.is_closing():
                    return
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError, Gone,
                ValueError):
            pass
        finally:
            self.port.open -= 1
            self.writer.close()

    async def respond(self):
        path = self.path.split("?", 1)[0]
        parts = [urllib.parse.unquote(p) for p in path.split("/")[1:]]
        behave = getattr(self, "at_" + parts[0], None)
        if behave:
            await behave(*parts[1:])
        else:
            await self.answer(404, b"nothing here\n")

    # ---- well-behaved ----

    async def at_ok(self, *_):
        await self.answer(200, self.path.encode() + b"\n")

    async def at_echo(self, *_):
        cert = self.writer.get_extra_info("peercert") or {}
        shown = {"method": self.method, "path": self.path, "headers": self.headers,
                 "body": self.body.decode("latin-1"), "base64": base64.b64encode(self.body).decode(),
                 "client": [v for rdn in cert.get("subject", ()) for _, v in rdn]}
        await self.answer(200, json.dumps(shown).encode(), [("Content-Type", "application/json"), ("Set-Cookie", "kept=1")])

    async def at_bytes(self, n):
        await self.answer(200, b"b" * int(n))

    async def at_binary(self):
        await self.answer(200, bytes(range(256)), [("Content-Type", "application/octet-stream")])

    async def at_until(self, name, *_):
        while not os.path.exists(os.path.join(DIR, name)):
            await asyncio.sleep(0.005)
        await self.answer(200, b"at last\n")

    async def at_late(self, ms, *_):
        await asyncio.sleep(int(ms) / 1000)
        await self.answer(200, b"late\n")

    async def at_lateto(self, ms, *path):
        await asyncio.sleep(int(ms) / 1000)
        await self.answer(302, headers=[("Location", "/" + "/".join(path))])

    async def at_together(self, n, *_):
        group = groups.setdefault(self.path, [])
        turn = asyncio.get_running_loop().create_future()
        group.append(turn)
        if len(group) == int(n):
            for one in group:
                one.set_result(None)
            groups[self.path] = []
        await turn
        await self.answer(200, b"together\n")

    async def at_etag(self, value):
        tag = f'"{value}"'
        if self.headers.get("if-none-match") == tag:
            await self.send(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
        else:
            await self.answer(200, value.encode(), [("ETag", tag)])

    async def at_part(self, version, n, stop=None, last=None, most=None, blind=False):
        weak, lies = version == "W", version == "wrong"
        if weak:
            version, n, stop = n, stop, last
        tag, n = ("W/" if weak else "") + f'"{version}"', int(n)
        whole = ("0123456789" * (n // 10 + 1))[:n].encode()
        wanted = self.headers.get("range")
        known = self.headers.get("if-range", tag) == tag or blind
        if wanted and known:
            first = int(wanted.removeprefix("bytes=").partition("-")[0])
            if first >= n:
                return await self.answer(416, b"", [("Content-Range", f"bytes */{n}")])
            shown = 0 if lies else first
            end = min(n, shown + (most or n))
            return await self.answer(206, whole[shown:end], [("ETag", tag), ("Content-Range", f"bytes {shown}-{end - 1}/{n}")])
        counts[self.path] = counts.get(self.path, 0) + 1
        if stop and counts[self.path] == 1:
            await self.answer(200, whole[:int(stop)], [("ETag", tag)], length=n)
            self.leave()
        await self.answer(200, whole, [("ETag", tag)])

    async def at_shortpart(self, version, n):
        await self.at_part(version, n, most=50)

    async def at_partof(self, version, n):
        await self.at_part(version, n, blind=True)

    async def at_unasked(self):
        await self.answer(206, b"u" * 50, [("Content-Range", "bytes 0-49/200")])

    async def at_304(self, *_):
        await self.send(b"HTTP/1.1 304 Not Modified\r\n\r\n")

    async def at_see(self, *path):
        await self.answer(303, headers=[("Location", "/" + "/".join(path))])

    async def at_disposition(self):
        await self.answer(200, b"named\n", [("Content-Disposition", 'attachment; filename="../../evil"')])

    async def at_close(self):
        await self.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end\n")
        self.leave()

    # ---- too little ----

    async def at_half(self, n, *_):
        await self.answer(200, b"h" * int(n), length=2 * int(n))
        self.leave()

    async def at_stall(self, n="10", *_):
        await self.answer(200, b"h" * int(n), length=2 * int(n))
        log(event="half", path=self.path)
        await self.silence()

    async def at_never(self, *_):
        await self.silence()

    async def at_reset(self, half=None, *_):
        if half:
            await self.answer(200, b"r" * 100, length=200)
            await self.taken()
        self.leave(reset=True)

    async def at_drip(self, n):
        await self.answer(200, b"", length=int(n))
        for _ in range(int(n)):
            await self.send(b"d")
            await asyncio.sleep(1)

    async def at_garbage(self):
        await self.send(b"+OK this is another protocol\r\n\r\n")
        self.leave()

    async def at_length(self, text):
        await self.answer(200, b"0123456789", length=text)
        self.leave()

    # ---- too much ----

    async def at_more(self, n):
        await self.answer(200, b"m" * int(n) * 2, length=int(n))
        self.leave()

    async def at_endless(self, status="200", *_):
        await self.send_endless(int(status), b"e" * PIECE, [])

    async def at_gzip(self, what, *_):
        packed = [("Content-Encoding", "gzip")]
        if what == "cut":
            body = gzip.compress(os.urandom(1000))
            await self.answer(200, body[:500], packed)
        elif what == "endless":
            await self.send_endless(200, b"\x00\x00\x00\xff\xff" * (PIECE // 5), ["Content-Encoding: gzip"],
                                    first=b"\x1f\x8b\x08" + bytes(6) + b"\x03")
        else:
            await self.answer(200, gzip.compress(bytes(int(what))), packed)

    async def at_brotli(self):
        await self.answer(200, BROTLI, [("Content-Encoding", "br")])

    async def at_flood(self, line=None):
        head = [b"HTTP/1.1 200 OK"]
        if line:
            head.append(b"X-Flood: " + b"f" * (1 << 20))
        else:
            head += [b"X-Flood-%d: %s" % (i, b"f" * 1000) for i in range(1000)]
        await self.send(b"\r\n".join(head) + b"\r\nContent-Length: 0\r\n\r\n")

    # ---- statuses ----

    async def at_status(self, status, *_):
        await self.answer(int(status), f"status {status}\n".encode())

    async def failed(self, times, status, headers=()):
        counts[self.path] = counts.get(self.path, 0) + 1
        if counts[self.path] > int(times):
            await self.answer(200, b"good\n")
        elif status == "reset":
            self.leave(reset=True)
        elif status == "half":
            await self.at_half(100)
        elif status == "never":
            await self.silence()
        else:
            await self.answer(int(status), f"bad {counts[self.path]}\n".encode(), headers)

    async def at_fail(self, times, status, *_):
        await self.failed(times, status)

    async def at_busy(self, times, status, after, *_):
        if after[0] in "+-" and after[1:].isdigit():
            after = email.utils.formatdate(time.time() + int(after), usegmt=True)
        await self.failed(times, status, [("Retry-After", after)])

    async def at_moved(self, status, *rest):
        await self.answer(int(status), b"moved\n", [("Location", "/" + "/".join(rest))])

    async def at_hop(self, n):
        if int(n):
            await self.answer(302, b"hop\n", [("Location", f"/hop/{int(n) - 1}")])
        else:
            await self.answer(200, b"there\n")

    async def at_loop(self, *_):
        await self.answer(301, b"loop\n", [("Location", self.path)])

    async def at_to(self, status, *_):
        url = urllib.parse.unquote(self.path.split("?", 1)[1])
        await self.answer(int(status), b"to\n", [("Location", url)])


def bound(wide):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if wide:  # all addresses, and of the loopback device alone
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    sock.bind(("0.0.0.0" if wide else "127.0.0.1", 0))
    return sock


def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(DIR, "server.pem"), os.path.join(DIR, "server.key"))
    context.load_verify_locations(os.path.join(DIR, "ca.pem"))
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def fill(sock, kept):
    """Connections that nobody takes, until the queue has no place."""
    sock.listen(0)
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(sock.getsockname())
        kept.append(one)


async def main():
    kept, printed = [], []
    # The end of the parent is this one's, too (PR_SET_PDEATHSIG).
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    for word in sys.argv[2:] or ["http"]:
        name, _, kind = word.partition("=")
        sock, port = bound(kind == "wide"), Port(name)
        kept.append(sock)
        printed.append(f"{name}={sock.getsockname()[1]}")
        if kind == "full":
            fill(sock, kept)
        elif kind == "mute":
            kept.append(await asyncio.start_server(lambda r, w: asyncio.sleep(3600), sock=sock))
        else:
            kept.append(await asyncio.start_server(
                lambda r, w, port=port: Client(port, r, w).serve(), sock=sock, backlog=4096,
                ssl=tls() if kind == "tls" else None))
    print(*printed, flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
