// Durations in their two largest units. The server has the same rule.

const units = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000], ["s", 1000]];
const short = 10_000; // milliseconds, below which there is a digit after the point

// Returns the parts of a number of milliseconds, each a number and its unit.
export function partsOf(ms) {
  if (ms < short) return [[Math.floor(ms / 100) / 10, "s"]];
  const first = units.findIndex(([, size]) => ms >= size);
  const counted = units.map(([unit, size], i) => [Math.floor((i > 0 ? ms % units[i - 1][1] : ms) / size), unit]);
  return counted.slice(first, first + 2).filter(([n]) => n > 0);
}
