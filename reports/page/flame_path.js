// The zoomed frame and those it was called by, each a button that zooms out to it.
(function (agentperf) {
  "use strict";

  const MOST = 14; // of a deeper path the ends are shown
  const FIRST = 3;
  const LONGEST = 40; // characters of a name

  function show(list, viewer) {
    const { element } = agentperf.flameElement;
    const { visible, shortened } = agentperf.flameWords;
    const { picture } = viewer.scene;
    const nodes = [];
    for (let node = viewer.zoom; node >= 0; node = picture.parent[node]) {
      nodes.push(node);
    }
    nodes.reverse();
    if (nodes.length > MOST) {
      nodes.splice(FIRST, nodes.length - MOST + 1, -1);
    }
    const held = list.contains(document.activeElement);
    list.replaceChildren(
      ...nodes.map((node) => {
        if (node < 0) {
          return element("span", "…");
        }
        const name = node ? viewer.data.frames[picture.frame[node]][0] : "all";
        const button = element("button", shortened(visible(name), LONGEST));
        button.type = "button";
        button.addEventListener("click", () => viewer.zoomTo(node));
        if (node === viewer.zoom) {
          button.setAttribute("aria-current", "true");
        }
        return button;
      }),
    );
    if (held) {
      list.lastElementChild.focus({ preventScroll: true });
    }
  }

  agentperf.flamePath = { show };
})((globalThis.agentperf ??= {}));
