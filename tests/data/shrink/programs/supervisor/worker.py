import argparse
import http.server
import os

words = argparse.ArgumentParser()
words.add_argument("--port", type=int)


class Worker(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["SHOP"].encode())


http.server.ThreadingHTTPServer(("127.0.0.1", words.parse_args().port), Worker).serve_forever()
