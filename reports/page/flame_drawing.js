// Draws what the viewer is at: its scene, zoomed, searched and coloured, as wide as there is room.
(function (agentperf) {
  "use strict";

  const PRINT_WIDTH = 680; // CSS pixels, a page's width
  const PRINT_RATIO = 2;
  const FONT_SIZE = 12;
  const LONGEST = 500; // characters of a name that are looked at

  function schemeOf(scene, state, data, palette) {
    const { byConcern, byModule, byChange, byPresence } = agentperf.flameColours;
    if (scene.vanished) {
      return byPresence(scene.picture, scene.difference, palette);
    }
    if (scene.difference) {
      return byChange(scene.picture, scene.difference, scene.weights, scene.doubts, palette);
    }
    if (state.colour === "module") {
      return byModule(scene.picture, data.frames, palette);
    }
    return byConcern(scene.picture, data.frames, data.concerns, palette);
  }

  // Leaves the plan and the number of rows with the viewer.
  function paint(viewer) {
    const { planOf, draw } = agentperf.flameCanvas;
    const { scene, zoom, scheme, palette, printing } = viewer;
    const { canvas, stage } = viewer.parts;
    stage.hidden = false;
    const width = printing ? PRINT_WIDTH : Math.max(1, Math.floor(stage.clientWidth));
    const ratio = printing ? PRINT_RATIO : window.devicePixelRatio || 1;
    const plan = planOf(scene.picture, zoom, width, ratio, scheme, viewer.matches, viewer.within);
    viewer.plan = plan;
    if (printing) {
      viewer.rows = plan.lines.length;
    } else {
      // the page should not jump under the pointer, so that zooming never makes the picture lower
      viewer.rows = zoom === 0 ? plan.lines.length : Math.max(plan.lines.length, viewer.lowest);
      viewer.lowest = viewer.rows;
    }
    draw(canvas, plan, {
      rows: viewer.rows,
      upward: viewer.upward,
      ratio,
      scheme,
      palette,
      font: `${FONT_SIZE}px ${getComputedStyle(canvas).fontFamily}`,
      label: (node) => labelOf(scene, viewer.data, node),
    });
  }

  function labelOf(scene, data, node) {
    const frame = data.frames[scene.picture.frame[node]];
    const name = frame ? frame[0] : agentperf.flameDescription.ofWhole(scene);
    return agentperf.flameWords.visible(name.slice(0, LONGEST));
  }

  agentperf.flameDrawing = { schemeOf, paint, labelOf };
})((globalThis.agentperf ??= {}));
