// Runs an action before a paint: once, however often it is asked for until then, and with a pause
// in between, since each time the browser lays out and paints the list anew.

const pause = 100; // milliseconds
const unpainted = 100; // milliseconds, after which a page that is not painted, such as a tab in the back, waits no longer

// Returns the function that asks for it. What is urgent does not wait for the pause to end.
export function oncePerFrame(action) {
  let last = -pause; // when it ran
  let [timer, frame] = [0, 0];

  const stop = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    timer = frame = 0;
  };
  const run = () => {
    stop();
    last = performance.now();
    action();
  };
  const begin = () => {
    stop();
    frame = requestAnimationFrame(run);
    timer = setTimeout(run, unpainted);
  };
  return ({ urgent = false } = {}) => {
    if (frame || (timer && !urgent)) return;
    const wait = last + pause - performance.now();
    if (urgent || wait <= 0) begin();
    else timer = setTimeout(begin, wait);
  };
}
