// Which messages stand under one name. The server has the same rule.

// Reports whether a message continues the group that ends with previous and began at the time
// start. A clock that went back ends a group. Times and within are in milliseconds.
export function continues(message, previous, start, within) {
  return previous.author === message.author && message.time >= previous.time && message.time - start < within;
}
