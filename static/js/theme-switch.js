// Switches between light and dark. A choice that equals the system's own is not
// remembered, so that the page follows the system again.

import { browserMemory } from "./storage.js";

export function themeSwitch(button) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = () => (system.matches ? "dark" : "light");
  const theme = () => root.dataset.theme ?? systemTheme();
  const show = () => button.setAttribute("aria-pressed", String(theme() === "dark"));

  button.addEventListener("click", () => {
    const chosen = theme() === "dark" ? "light" : "dark";
    if (chosen === systemTheme()) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    browserMemory.remember("theme", root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}
