// How long something takes, in words.

import { partsOf } from "./model/duration.js";
import { t } from "./words.js";

export const duration = (ms) => partsOf(ms).map(([n, unit]) => t(`page.duration.${unit}`, { n })).join(" ");
