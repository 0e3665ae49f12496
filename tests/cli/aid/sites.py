#!/usr/bin/env python3
"""sites.py - the few sites that the examples of gf-fetch ask, without a network: a proxy on loopback.

    sites.py [LOG [CERT KEY]] &    # its first line of output is http://127.0.0.1:PORT, for http_proxy

With a certificate and its key it is a server of https, too, and the second line says where. It answers for every host
by itself. What was asked is a line of LOG: method, URL, and the headers as JSON.
Paths: / is a page with links, /a, /b and /c are short texts, /old leads to /a, /to?URL leads to URL, /items?page=N
is JSON, /e gives the body back, /busy is 503 with Retry-After, /cut half of a body; any other is
404.
"""
import json
import ssl
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = open(sys.argv[1], 'a', buffering=1) if len(sys.argv) > 1 else None
LOCK = threading.Lock()

PAGE = '''<html><body>
<a href="http://example.com/a">a</a> <a href="http://example.com/b">b</a>
<a href="http://example.com/old">a, by its old name</a> <a href="http://example.com/a">a</a>
<a href="http://example.com/gone">what is gone</a>
</body></html>
'''


class Sites(BaseHTTPRequestHandler):
    wbufsize = 65536  # head and body are one write
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, status, text='', kind='text/plain', **headers):
        data = text.encode()
        self.send_response(status)
        self.send_header('Content-Type', kind)
        for name, value in {'Content_Length': str(len(data)), **headers}.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(data)

    def serve(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        url = urllib.parse.urlsplit(self.path)
        if LOG:
            with LOCK:
                LOG.write(f'{self.command} {self.path} {json.dumps(self.headers.items())}\n')
        if url.path in ('', '/'):
            self.answer(200, PAGE, 'text/html')
        elif url.path in ('/a', '/b', '/c'):
            self.answer(200, f'this is {url.path[1:]} of {url.hostname}\n')
        elif url.path == '/old':
            self.answer(301, Location='/a')
        elif url.path == '/to':
            self.answer(302, Location=url.query)
        elif url.path == '/e':
            self.answer(200, body)
        elif url.path == '/cut':
            self.answer(200, 'half', Content_Length='8')
            self.close_connection = True
        elif url.path == '/busy':
            self.answer(503, Retry_After='3600')
        elif url.path == '/items':
            page = int(urllib.parse.parse_qs(url.query)['page'][0])
            items = [{'id': 2 * page - 1}, {'id': 2 * page}]
            self.answer(200, json.dumps({'items': items}), 'application/json')
        else:
            self.answer(404, 'not here\n')

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve


SERVER = ThreadingHTTPServer(('127.0.0.1', 0), Sites)
SERVER.daemon_threads = True
print(f'http://127.0.0.1:{SERVER.server_address[1]}', flush=True)
if len(sys.argv) > 3:
    SECURE = ThreadingHTTPServer(('127.0.0.1', 0), Sites)
    SECURE.daemon_threads = True
    CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CONTEXT.load_cert_chain(sys.argv[2], sys.argv[3])
    SECURE.socket = CONTEXT.wrap_socket(SECURE.socket, server_side=True)
    print(f'https://127.0.0.1:{SECURE.server_address[1]}', flush=True)
    threading.Thread(target=SECURE.serve_forever, daemon=True).start()
SERVER.serve_forever()
