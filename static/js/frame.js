// Runs an action before a paint: once, however often it is asked for until then, and with a pause
// in between, since each time the browser lays out and paints the list anew.

const pause = 200; // milliseconds
const unpainted = 100; // milliseconds, after which a page that is not painted waits no longer

// Returns the function that asks for it. What is urgent does not wait for the pause to end.
export function oncePerFrame(action) {
  let last = -pause; // when it ran
  let waitsFor = ""; // "pause" or "paint"
  let [timer, frame] = [0, 0];

  const run = () => {
    if (waitsFor !== "paint") return;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    waitsFor = "";
    last = performance.now();
    action();
  };
  const begin = () => {
    clearTimeout(timer);
    waitsFor = "paint";
    if (document.hidden) {
      queueMicrotask(run); // a tab in the back is never painted, and its timers are slow
      return;
    }
    frame = requestAnimationFrame(run);
    timer = setTimeout(run, unpainted);
  };
  return ({ urgent = false } = {}) => {
    if (waitsFor === "paint" || (waitsFor === "pause" && !urgent)) return;
    const wait = last + pause - performance.now();
    if (urgent || wait <= 0) begin();
    else {
      waitsFor = "pause";
      timer = setTimeout(begin, wait);
    }
  };
}
