// Applies the remembered theme. A classic script: it runs before the first paint.
"use strict";
try {
  const theme = localStorage.getItem("plainchat:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's preference holds.
}
