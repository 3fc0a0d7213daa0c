import sys
from configparser import ConfigParser
from http.server import BaseHTTPRequestHandler, HTTPServer

config = ConfigParser()
config.read(sys.argv[sys.argv.index("--config") + 1])


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{config['app']['title']} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", int(config["app"]["port"])), Shop).serve_forever()
