// Whether the reader is at the device: idle after a while without a sign of life.

const after = 5 * 60_000; // milliseconds
const signs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

// Calls tell(true) once the reader is idle, and tell(false) at the first sign of life after that.
export function watchIdle(tell) {
  let idle = false;
  let seen = 0; // when there was the last sign
  const look = () => {
    const left = seen + after - Date.now();
    if (left > 0) setTimeout(look, left);
    else tell((idle = true));
  };
  const alive = () => {
    seen = Date.now();
    if (!idle) return;
    tell((idle = false));
    setTimeout(look, after);
  };
  for (const sign of signs) addEventListener(sign, alive, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") alive();
  });
  seen = Date.now();
  setTimeout(look, after);
}
