// Every word that the scripts show. (The rest is in the templates.)

export const words = {
  connection: { connecting: "Connecting…", open: "Connected", lost: "Reconnecting…" },
  serverGone: "The server is out of reach. Trying again…",
  offline: "This device is offline. Trying again…",
  loginExpired: "The login has expired. Load the page anew to log in; what you have written is kept.",
  busy: {
    shutting_down: "The server is restarting. Trying again…",
    too_many_streams: "The server has as many listeners as it can hold. Trying again…",
  },

  online: (n) => `${n} online`,
  joined: (names) => `${names.join(", ")} joined`,
  left: (names) => `${names.join(", ")} left`,

  you: "You are",
  whoAreYou: "Who are you?",
  nameMissing: "Give yourself a name first.",
  nameTooLong: "A name has at most 40 characters.",
  nameTaken: (other) => `That name belongs to somebody else.${other ? ` ${other} is free.` : ""}`,

  spaceLeft: (n) => `Room for ${n} more`,
  tooLong: (n) => `Too long by ${n}`,

  jump: "Jump to latest",
  jumpToNew: (n) => `${n} new · jump to latest`,
  older: {
    more: "Older messages", loading: "Loading older messages…", failed: "Could not load older messages. Try again",
  },
  newer: {
    more: "Newer messages", loading: "Loading newer messages…", failed: "Could not load newer messages. Try again",
  },
  newMessages: (n) => `${n} new messages`,
  spoken: (name, text) => `${name}: ${text}`,

  copied: "Copied",
  copy: "Copy link",

  pin: "Pin",
  unpin: "Unpin",
  deleteForGood: "Delete for good?",
  notDone: "The server did not answer. Try again.",

  queued: "Not sent yet.",
  sending: "Sending…",
  unreachable: "Not sent yet: the server did not answer.",
  unreachableOffline: "Not sent yet: this device is offline.",
  loginFirst: "Not sent yet: the login has expired.",
  unfinished: "Not known to be sent: the page was closed first.",
  again: (reason, seconds) => `${reason} Trying again in ${seconds} s.`,
  refused: {
    rate_limited: "Not sent yet: you are faster than this server allows.",
    shutting_down: "Not sent yet: the server is restarting.",
    unavailable: "Not sent yet: the server cannot reach its storage.",
    disk_full: "Not sent yet: the server's disk is full.",
    log_full: "Not sent yet: the server holds as many messages as its operator allows.",
    too_large: "Not sent: the message is too large. Send it in parts.",
    key_reused: "Not sent: another message has the same key. Copy the text, discard this, and write it anew.",
    cross_origin: "Not sent: this page may not send here. Open the chat anew.",
  },
  refusedOtherwise: (detail) => `Not sent. ${detail}`,
};
