"""A server that greets."""

from http.server import BaseHTTPRequestHandler, HTTPServer

import click

PORT = 8000


class Greeter(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Hello from Python\n")


click.echo("Hello from Python")
HTTPServer(("0.0.0.0", PORT), Greeter).serve_forever()
