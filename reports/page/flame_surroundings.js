// What happens around the viewer and makes it draw anew: size, light and dark, paper, the address.
(function (agentperf) {
  "use strict";

  function listen(viewer) {
    const redraw = (again) => {
      if (viewer.scene) {
        viewer.palette = agentperf.flameColours.paletteOf(viewer.section, viewer.data.concerns.length);
        viewer.colours();
        viewer.paint();
        if (again) {
          viewer.panel.update();
        }
      }
    };
    new ResizeObserver(() => {
      const width = Math.floor(viewer.parts.stage.clientWidth);
      if (viewer.scene && !viewer.printing && width > 0 && width !== viewer.plan.width) {
        viewer.paint();
      }
    }).observe(viewer.parts.stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(true));
    watchSharpness(redraw);
    const print = (printing) => {
      viewer.printing = printing;
      viewer.section.classList.toggle("flame-printing", printing);
      redraw(true);
    };
    window.addEventListener("beforeprint", () => print(true));
    window.addEventListener("afterprint", () => print(false));
    window.addEventListener("hashchange", () => {
      const linked = viewer.linked();
      if (linked) {
        viewer.state = linked;
        viewer.zoomedTo = null;
        viewer.load();
        viewer.section.scrollIntoView();
      }
    });
  }

  // A window moved to a sharper screen.
  function watchSharpness(redraw) {
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        redraw(false);
        watchSharpness(redraw);
      },
      { once: true },
    );
  }

  agentperf.flameSurroundings = { listen };
})((globalThis.agentperf ??= {}));
