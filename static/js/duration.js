// How long something takes, in words. The server has the same rule.

import { t } from "./words.js";

const units = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000], ["s", 1000]];
const short = 10_000; // milliseconds, below which there is a digit after the point

// Returns a number of milliseconds in its two largest units.
export function duration(ms) {
  if (ms < short) return t("page.duration.s", { n: Math.floor(ms / 100) / 10 });
  const counts = units.map(([, size], i) => Math.floor((i > 0 ? ms % units[i - 1][1] : ms) / size));
  const first = counts.findIndex((n) => n > 0);
  return units.flatMap(([name], i) => (i === first || (i === first + 1 && counts[i] > 0) ? t(`page.duration.${name}`, { n: counts[i] }) : [])).join(" ");
}
