// What hovers over the picture: the tooltip and the outlines of the frame under the pointer and the cursor.
(function (agentperf) {
  "use strict";

  const GAP = 14; // CSS pixels between the pointer and the tooltip
  const NARROWEST = 3; // of an outline, or it would not be seen

  // `box` is flameCanvas.boxOf's; null hides the outline.
  function outline(element, box, stage) {
    element.hidden = !box || stage.hidden;
    if (box) {
      element.style.left = `${box.left}px`;
      element.style.top = `${box.top}px`;
      element.style.width = `${Math.max(NARROWEST, box.width)}px`;
      element.style.height = `${box.height}px`;
    }
  }

  // `described` is flameDescription.ofNode's; the place is the pointer's, in the window.
  function show(tooltip, described, stage, left, top) {
    const { element } = agentperf.flameElement;
    const { shortened } = agentperf.flameWords;
    tooltip.replaceChildren(
      element("strong", shortened(described.title, 300)),
      ...(described.place ? [element("span", shortened(described.place, 200), "flame-place")] : []),
      ...described.lines.map((line) => element("span", line)),
    );
    tooltip.hidden = false;
    const room = stage.getBoundingClientRect();
    const { width, height } = tooltip.getBoundingClientRect();
    const right = left + GAP + width > room.right ? Math.max(room.left, left - GAP - width) : left + GAP;
    const below = top + GAP + height > window.innerHeight ? top - GAP - height : top + GAP;
    tooltip.style.left = `${Math.min(right, Math.max(room.left, room.right - width)) - room.left}px`;
    tooltip.style.top = `${below - room.top}px`;
  }

  agentperf.flameTooltip = { outline, show };
})((globalThis.agentperf ??= {}));
