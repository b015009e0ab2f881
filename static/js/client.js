// Sending over HTTP.

const patience = 15_000; // milliseconds until an answer is given up

// An answer that is not a success. retryAfter is in seconds; 0 if the server named none.
export class Refusal extends Error {
  constructor(status, { code = "", detail = "", errors = [] }, retryAfter) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.fields = errors.map((error) => error.field);
    this.retryAfter = retryAfter;
  }
}

// Sends a message and returns its event. It throws a Refusal, or another error if
// no answer came; then the same client id must be used to send it again.
export async function postMessage(path, { userName, text, clientId }) {
  const response = await fetch(`${path}/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ user_name: userName, message: text, client_id: clientId }),
    signal: AbortSignal.timeout(patience),
  });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem, Number(response.headers.get("Retry-After")) || 0);
}

// Reports whether the server takes a name for the stream, where an EventSource
// could not tell a refusal from a server that is away.
export async function acceptsName(path, userName) {
  const query = new URLSearchParams({ user_name: userName });
  const response = await fetch(`${path}/events?${query}`, { method: "HEAD" }).catch(() => null);
  return response?.status !== 422;
}

// Returns a client id. (crypto.randomUUID is missing on plain http://192.168.x.y.)
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
