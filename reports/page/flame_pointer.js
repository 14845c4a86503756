// Mouse and finger on the picture. The wheel belongs to the page, unless Ctrl or Cmd is held.
(function (agentperf) {
  "use strict";

  const NOTCH = 40; // of a wheel, in pixels; a touchpad adds small ones up

  function listen(viewer) {
    const { canvas } = viewer.parts;
    let finger = false;
    let turned = 0;
    const under = (event) => {
      const box = canvas.getBoundingClientRect();
      return viewer.nodeUnder(event.clientX - box.left, event.clientY - box.top);
    };
    canvas.addEventListener("pointerdown", (event) => {
      finger = event.pointerType === "touch";
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") {
        viewer.hover(under(event), event.clientX, event.clientY);
      }
    });
    canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") {
        viewer.hover(-1);
      }
    });
    canvas.addEventListener("click", (event) => {
      const node = under(event);
      if (node < 0) {
        viewer.hover(-1);
        return;
      }
      if (finger && viewer.cursor !== node) {
        viewer.moveTo(node, true);
        viewer.hover(node, event.clientX, event.clientY);
        return;
      }
      viewer.zoomTo(node);
      viewer.hover(-1);
    });
    canvas.addEventListener("dblclick", () => {
      if (!finger) {
        viewer.zoomTo(0);
      }
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) {
          return;
        }
        event.preventDefault();
        turned += event.deltaY;
        if (Math.abs(turned) < NOTCH) {
          return;
        }
        if (turned > 0) {
          viewer.zoomTo(Math.max(0, viewer.scene.picture.parent[viewer.zoom]));
        } else {
          viewer.zoomTowards(under(event));
        }
        turned = 0;
      },
      { passive: false },
    );
  }

  agentperf.flamePointer = { listen };
})((globalThis.agentperf ??= {}));
