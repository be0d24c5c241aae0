"""Stands in for the push server of a phone, to try things without one: prints what it is sent, a field a line.

`python -u examples/push_server.py 1025` answers on that port as ntfy, Gotify and Pushover do.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

ANSWERS = {
    "/message": {"id": 25},
    "/1/messages.json": {"status": 1, "request": "647d2300", "receipt": "rLqVuqTRh62UzxtmqiaLzQmVcPgiCy"},
}
RINGS = {"status": 1, "acknowledged": 0, "expired": 0}
OF_NTFY = {"id": "sPs71M8A2T", "event": "message"}


class PushServer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        print(f"POST {self.path}")
        for name, value in json.loads(body).items() if body.startswith("{") else parse_qsl(body):
            print(f"{name}: {value if isinstance(value, str) else json.dumps(value)}")
        self.say(ANSWERS.get(self.path, OF_NTFY))

    def do_GET(self) -> None:
        """Pushover is asked whether somebody has answered in its app: here that is nobody."""
        self.say(RINGS)

    def say(self, told: object) -> None:
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), PushServer).serve_forever()
