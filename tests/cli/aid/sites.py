#!/usr/bin/env python3
"""sites.py - the few sites that the examples of gf-fetch ask, without a network: a proxy on loopback.

    sites.py [LOG] &       # its first line of output is http://127.0.0.1:PORT, for http_proxy

It answers for every host by itself. What was asked is a line of LOG: method, URL, and the headers as JSON.
Paths: / is a page with links, /a, /b and /c are short texts, /old leads to /a, /to?URL leads to URL, /items?page=N
is JSON, /e gives the body back, /busy is 503 with Retry-After; any other is 404.
"""
import json
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
        self.send_header('Content-Length', str(len(data)))
        for name, value in headers.items():
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
SERVER.serve_forever()
