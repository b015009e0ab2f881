// Returns each visible text whose contrast with what is behind it is below 4.5:1.
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  // What is seen where colours lie over each other, the lowest first.
  const seen = (colors) => {
    canvas.globalAlpha = 1;
    for (const [color, opacity] of [["white", 1], ...colors]) {
      canvas.globalAlpha = opacity;
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  // The backgrounds of an element and of those around it, each with the opacity that it has there.
  const layers = (element) => {
    const around = [];
    for (let e = element; e; e = e.parentElement) around.unshift(e);
    let opacity = 1;
    return around.map((e) => {
      const style = getComputedStyle(e);
      opacity *= Number(style.opacity);
      return [style.backgroundColor, opacity];
    });
  };
  const low = [];
  const check = (element, color, text) => {
    const behind = layers(element);
    const [, opacity] = behind.at(-1);
    const [a, b] = [seen([...behind, [color, opacity]]), seen(behind)].map(luminance).sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${text.trim()} (${element.className || element.tagName}): ${ratio.toFixed(2)}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, textContent } = texts.currentNode;
    const shown = parentElement.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!textContent.trim() || !shown || parentElement.closest(":disabled")) continue;
    check(parentElement, getComputedStyle(parentElement).color, textContent);
  }
  for (const field of document.querySelectorAll("[placeholder]")) {
    if (field.checkVisibility()) check(field, getComputedStyle(field, "::placeholder").color, field.placeholder);
  }
  return low;
})();
