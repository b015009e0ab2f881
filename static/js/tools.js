// The buttons around the conversation: of the header, of its menu, and of the list of rooms.

import { later } from "./later.js";
import { isPlainClick } from "./plain-click.js";
import { popovers } from "./popovers.js";
import { copyButton, shareLink } from "./share.js";
import { Shortcuts } from "./shortcuts.js";
import { themeSwitch } from "./theme-switch.js";

const $ = (id) => document.getElementById(id);

const loadDevice = later(() => import("./device/device.js"));
const loadHelp = later(() => import("./commands/help.js"));
const loadSearch = later(() => import("./search/search.js"));
const loadSwitcher = later(() => import("./switcher/switcher.js"));

// room is that of the page. onrename is called when somebody wants another name, onmissing when what a
// button needs cannot be loaded now, and onproblem with a sentence on why something cannot be done.
export function wireTools({ room, onrename, onmissing, onproblem }) {
  popovers(document.querySelector(".header"));
  $("change-name").addEventListener("click", (event) => {
    event.preventDefault();
    $("menu").open = false;
    onrename();
  });
  $("device").addEventListener("submit", (event) => {
    event.preventDefault();
    loadDevice().then(({ showLink }) => showLink({ room, name: $("menu-name").textContent, onproblem }), onmissing);
  });
  $("help").addEventListener("click", () => {
    loadHelp().then(({ showHelp }) => showHelp(), onmissing);
  });
  $("search")?.addEventListener("click", (event) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    loadSearch().then(({ openSearch }) => openSearch(room), onmissing);
  });
  themeSwitch($("theme"));
  shareLink($("share"), $("share-text"));
  copyButton($("copy-curl"), $("curl"));
  const openSwitcher = () => loadSwitcher().then((loaded) => loaded.openSwitcher(), onmissing);
  $("find-room").addEventListener("click", openSwitcher);
  if (/Mac|iPhone|iPad/.test(navigator.platform)) $("find-key").textContent = "⌘ K";
  new Shortcuts({ toggle: $("shortcuts"), actions: { k: openSwitcher } });
}
