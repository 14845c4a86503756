// Keys on the picture: where the cursor goes, and what else a key does.
(function (agentperf) {
  "use strict";

  // The node an arrow key leads to from `node`, which stays where there is none. `zoom` is the outermost.
  // Upward, the callers are below.
  function step(picture, node, key, zoom, upward) {
    const inward = upward ? "ArrowUp" : "ArrowDown";
    const outward = upward ? "ArrowDown" : "ArrowUp";
    const { childrenOf } = agentperf.flameLayout;
    if (key === inward) {
      const children = childrenOf(picture, node);
      return children.reduce(
        (one, other) => (picture.total[other] > picture.total[one] ? other : one),
        children[0] ?? node,
      );
    }
    if (node === zoom) {
      return node;
    }
    if (key === outward) {
      return picture.parent[node];
    }
    const siblings = childrenOf(picture, picture.parent[node]);
    const place = siblings.indexOf(node) + (key === "ArrowRight" ? 1 : -1);
    return siblings[Math.max(0, Math.min(place, siblings.length - 1))] ?? node;
  }

  // The next match in the order of the picture's nodes, or the one before; `node` where there is none.
  function nextMatch(picture, matches, node, zoom, forward) {
    const [first, last] = [zoom, picture.end[zoom] - 1];
    let at = node;
    for (let tried = first; tried <= last; tried++) {
      at = forward ? (at >= last ? first : at + 1) : at <= first ? last : at - 1;
      if (picture.total[at] > 0 && matches[picture.frame[at]]) {
        return at;
      }
    }
    return node;
  }

  // Listens on the viewer's parts; `viewer` is flameGraph's.
  function listen(viewer) {
    const { canvas, search } = viewer.parts;
    canvas.addEventListener("keydown", (event) => {
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "f") {
        search.focus();
        search.select();
      } else if (!plain || !onKey(viewer, event)) {
        return;
      }
      event.preventDefault();
    });
    canvas.addEventListener("focus", () => viewer.moveTo(viewer.cursor, true));
    canvas.addEventListener("blur", () => viewer.showCursor());
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        viewer.toMatch(!event.shiftKey);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (search.value) {
          search.value = "";
          viewer.change({ search: "" });
        } else {
          canvas.focus();
        }
      }
    });
  }

  // Whether the key means something here.
  function onKey(viewer, event) {
    const { picture } = viewer.scene;
    switch (event.key) {
      case "ArrowUp":
      case "ArrowDown":
      case "ArrowLeft":
      case "ArrowRight":
        viewer.moveTo(step(picture, viewer.cursor, event.key, viewer.zoom, viewer.upward), true);
        return true;
      case "Enter":
      case " ":
        viewer.zoomTo(viewer.cursor);
        return true;
      case "Escape":
      case "Backspace":
        return viewer.back();
      case "0":
      case "Home":
        viewer.zoomTo(0);
        return true;
      case "/":
        viewer.parts.search.focus();
        viewer.parts.search.select();
        return true;
      case "n":
      case "N":
        viewer.toMatch(event.key === "n");
        return true;
      case "?":
        viewer.panel.toggleKeys();
        return true;
      default:
        return false;
    }
  }

  agentperf.flameWalk = { step, nextMatch, listen };
})((globalThis.agentperf ??= {}));
