"""A mail server on a free port: prints "port N", then one JSON line for each mail it took.
Settings by the environment: SECURITY (none, starttls, tls), CERT and KEY (PEM files), USER_NAME, PASSWORD, TOKEN, METHODS."""
import asyncio
import base64
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

security = os.environ.get("SECURITY", "none")
user, password, token = (os.environ.get(name) for name in ("USER_NAME", "PASSWORD", "TOKEN"))
methods = os.environ.get("METHODS", "PLAIN LOGIN").split()


class Handler:
    def __init__(self):
        self.method = None

    async def auth_XOAUTH2(self, server, args):
        self.method = "XOAUTH2"
        fields = dict(part.split("=", 1) for part in base64.b64decode(args[1]).decode().split("\x01") if "=" in part)
        if fields.get("user") == user and fields.get("auth") == f"Bearer {token}":
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth(base64.b64encode(b'{"status":"401"}').decode(), encode_to_b64=False)
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"to": envelope.rcpt_tos, "user": user if session.authenticated else None, "method": self.method,
                          "secure": session.ssl is not None or security == "tls", "data": base64.b64encode(envelope.content).decode()}), flush=True)
        return "250 taken"


def make(handler):
    def check(server, session, envelope, mechanism, data):
        handler.method = mechanism
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good)
    tls = None
    if os.environ.get("CERT"):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(os.environ["CERT"], os.environ["KEY"])
    protocol = SMTP(handler, tls_context=tls if security == "starttls" else None, authenticator=check, auth_required=user is not None,
                    auth_require_tls=security == "starttls", auth_exclude_mechanism=[m for m in ("PLAIN", "LOGIN", "XOAUTH2") if m not in methods])
    return protocol, tls


async def main():
    _, tls = make(Handler())
    server = await asyncio.get_running_loop().create_server(
        lambda: make(Handler())[0], "127.0.0.1", 0, ssl=tls if security == "tls" else None)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
