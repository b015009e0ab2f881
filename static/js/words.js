// Every word that the scripts show. (The rest is in the templates.)

export const words = {
  connection: { connecting: "Connecting…", open: "Connected", lost: "Reconnecting…" },
  serverGone: "The server is out of reach. Trying again…",
  offline: "This device is offline.",

  online: (n) => `${n} online`,
  joined: (names) => `${names.join(", ")} joined`,
  left: (names) => `${names.join(", ")} left`,

  you: "You are",
  whoAreYou: "Who are you?",
  nameMissing: "Give yourself a name first.",
  nameTooLong: "A name has at most 40 characters.",
  nameRefused: "The name holds a character that names may not have. Choose another.",

  spaceLeft: (n) => `Room for ${n} more`,
  tooLong: (n) => `Too long by ${n}`,

  jump: "Jump to latest",
  jumpToNew: (n) => `${n} new · jump to latest`,
  older: "Older messages",
  loadingOlder: "Loading older messages…",
  olderFailed: "Could not load older messages. Try again",
  spoken: (name, text) => `${name}: ${text}`,

  copied: "Copied",
  copy: "Copy link",

  queued: "Not sent yet.",
  sending: "Sending…",
  unreachable: "Not sent yet: the server did not answer.",
  unreachableOffline: "Not sent yet: this device is offline.",
  unfinished: "Not known to be sent: the page was closed first.",
  again: (reason, seconds) => `${reason} Trying again in ${seconds} s.`,
  refused: {
    rate_limited: "Not sent yet: you are faster than this server allows.",
    shutting_down: "Not sent yet: the server is restarting.",
    unavailable: "Not sent yet: the server cannot reach its storage.",
    disk_full: "Not sent yet: the server's disk is full.",
    log_full: "Not sent yet: the server holds as many messages as its operator allows.",
    too_large: "Not sent: the message is too large. Send it in parts.",
    cross_origin: "Not sent: this page may not send here. Open the chat anew.",
  },
  refusedOtherwise: (detail) => `Not sent. ${detail}`,
};
