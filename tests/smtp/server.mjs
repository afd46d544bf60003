// A mail server on a free port: prints "port N", then one JSON line for each mail it took.
// Settings by the environment: SECURITY (none, starttls, tls), CERT and KEY (PEM files), USER_NAME, PASSWORD, TOKEN, METHODS.
import { readFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

const { SECURITY = "none", CERT, KEY, USER_NAME, PASSWORD, TOKEN, METHODS } = process.env;
const seen = new WeakMap();
const server = new SMTPServer({
  secure: SECURITY === "tls",
  hideSTARTTLS: SECURITY !== "starttls",
  key: KEY && readFileSync(KEY),
  cert: CERT && readFileSync(CERT),
  authMethods: METHODS ? METHODS.split(" ") : ["PLAIN", "LOGIN"],
  authOptional: !USER_NAME,
  allowInsecureAuth: false,
  logger: false,
  onAuth(auth, session, callback) {
    const good = auth.username === USER_NAME && (auth.method === "XOAUTH2" ? auth.accessToken === TOKEN : auth.password === PASSWORD);
    seen.set(session, auth.method);
    callback(null, good ? { user: auth.username } : auth.method === "XOAUTH2" ? { data: { status: "401", schemes: "bearer" } } : {});
  },
  onRcptTo(address, session, callback) {
    callback(address.address.startsWith("gone@") ? Object.assign(new Error("no such mailbox"), { responseCode: 550 }) : null);
  },
  onData(stream, session, callback) {
    const chunks = [];
    stream.on("data", chunk => chunks.push(chunk));
    stream.on("end", () => {
      process.stdout.write(JSON.stringify({
        to: session.envelope.rcptTo.map(r => r.address), user: session.user ?? null, method: seen.get(session) ?? null, secure: session.secure,
        data: Buffer.concat(chunks).toString("base64"),
      }) + "\n");
      callback(null, "taken");
    });
  },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
