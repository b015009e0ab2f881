// Whose answer is it? Between the page and plainchat there may be proxies, which answer for it
// while it restarts, or send people to a login page. Only what says so is plainchat's own.

// A no of plainchat's own. retryAfter is in seconds; 0 if the server named none.
export class Refusal extends Error {
  constructor({ status, code, detail = "", errors = [], alternative = "" }, retryAfter) {
    super(`${status} ${code}`);
    this.code = code;
    this.detail = detail;
    this.alternative = alternative; // a name that is free, where one is taken
    this.fields = errors.map((error) => error.field);
    this.retryAfter = retryAfter;
  }
}

// Reports whether it is the name that is refused.
export const isOfName = (refusal) => refusal.fields.includes("user_name") || refusal.code === "name_taken";

// No answer, or somebody else's: nothing is known of what was asked. The status is 0 for none.
export class Outage extends Error {
  constructor(status = 0, retryAfter = 0) {
    super(`not an answer of plainchat's: ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

// The answer of a proxy that wants people to log in.
export class LoginExpired extends Outage {}

// Statuses with which a proxy or a network demands a login.
const loginStatuses = [401, 407, 511];

// Makes a request of plainchat and returns its answer, a success. It throws a Refusal or an
// Outage, which may be a LoginExpired.
export async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, { ...options, redirect: "manual" }); // plainchat's own answers are none
  } catch {
    throw new Outage();
  }
  const type = mediaType(response);
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  if (type === "application/problem+json") {
    const problem = await response.json().catch(() => null);
    if (typeof problem?.code === "string") throw new Refusal(problem, retryAfter);
  }
  const isPage = response.ok && type === "text/html";
  if (response.type === "opaqueredirect" || loginStatuses.includes(response.status) || isPage) {
    throw new LoginExpired(response.status);
  }
  if (!response.ok) throw new Outage(response.status, retryAfter);
  return response;
}

export function mediaType(response) {
  return (response.headers.get("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
}
