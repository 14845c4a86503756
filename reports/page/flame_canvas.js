// Draws a picture (a tree with places) on a canvas. What is too narrow to see is merged, not drawn.
(function (agentperf) {
  "use strict";

  const ROW = 20; // CSS pixels, of which one is the gap
  const NARROWEST = 0.5; // CSS pixels; what a narrower node calls is not drawn
  const SPECK = 2; // device pixels; narrower nodes have no gap and are merged with neighbours of their colour
  const NARROWEST_LABEL = 28;
  const MOST_ROWS = 100; // deeper frames are reached by zooming
  const PADDING = 4;

  // What is to be drawn, in rows from the zoomed node: {lines, deeper, scale, from, width, labels}. A line has
  // for each column of device pixels the number of its colour in the scheme's `inks`, 0 for paper. `lit` is
  // flameSearch's matches by frame, or null; `within` counts matching nodes before each, for what is not
  // drawn; `ratio` is of device to CSS pixels.
  function planOf(picture, from, width, ratio, scheme, lit, within) {
    const { x, total, end, depth, frame } = picture;
    const { classOf } = scheme;
    const { place: placeChildren, reach } = agentperf.flameLayout;
    const scale = total[from] > 0 ? width / total[from] : 0;
    const columns = Math.round(width * ratio);
    const lines = [];
    const labels = [];
    reach(picture, from);
    const [left, top] = [x[from], depth[from]];
    let deeper = false;
    for (let node = from; node < end[from];) {
      const wide = node === from ? width : total[node] * scale;
      const row = depth[node] - top;
      if (row >= MOST_ROWS) {
        deeper ||= wide >= NARROWEST;
        node = end[node];
        continue;
      }
      const cut = wide < NARROWEST;
      if (wide > 0) {
        const place = (x[node] - left) * scale;
        const dim = lit && !lit[frame[node]];
        const dark = dim && !(cut && within[end[node]] > within[node]) ? 1 : 0;
        const line = (lines[row] ??= new Uint8Array(columns));
        fill(line, place * ratio, (place + wide) * ratio, 1 + 2 * classOf[node] + dark, ratio);
        if (wide >= NARROWEST_LABEL) {
          labels.push({ node, place, row, wide, dim });
        }
      }
      if (cut) {
        node = end[node];
      } else {
        placeChildren(picture, node);
        node++;
      }
    }
    return { lines, deeper, scale, from, width, labels };
  }

  // From one place to the other, at least one column, and a gap where there is room for it.
  function fill(line, start, stop, ink, ratio) {
    const first = Math.min(line.length - 1, Math.round(start));
    const behind = Math.max(first + 1, Math.round(stop));
    const gap = behind - first > 3 * ratio ? Math.max(1, Math.round(ratio)) : behind - first > SPECK ? 1 : 0;
    for (let column = first; column < behind - gap; column++) {
      line[column] = ink;
    }
  }

  // `upward` puts the root at the bottom; `ratio` is the plan's; `label` gives a node's text.
  function draw(canvas, plan, { rows, upward, ratio, scheme, palette, font, label }) {
    const { css } = agentperf.flameColours;
    canvas.width = Math.round(plan.width * ratio);
    canvas.height = Math.round(rows * ROW * ratio);
    canvas.style.width = `${plan.width}px`;
    canvas.style.height = `${rows * ROW}px`;
    const context = canvas.getContext("2d", { alpha: false });
    const top = (row) => (upward ? rows - 1 - row : row) * ROW;
    context.imageSmoothingEnabled = false;
    const strip = stripOf(plan.lines, rows, upward, canvas.width, scheme.inks);
    context.drawImage(strip, 0, 0, canvas.width, canvas.height);
    context.fillStyle = css(palette.paper);
    for (let row = 0; row < rows; row++) {
      const below = Math.round((row * ROW + ROW - 1) * ratio);
      context.fillRect(0, below, canvas.width, Math.round((row + 1) * ROW * ratio) - below);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = font;
    context.textBaseline = "middle";
    const fit = agentperf.flameLabels.fitter(context);
    const muted = css(palette.muted);
    for (const { node, place, row, wide, dim } of plan.labels) {
      const text = fit(label(node), wide - 2 * PADDING - 1);
      if (text) {
        context.fillStyle = dim ? muted : scheme.texts[scheme.classOf[node]];
        context.fillText(text, place + PADDING, top(row) + ROW / 2);
      }
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  // The rows as a canvas, each one pixel high: stretched, they are much quicker than a rectangle for each node.
  function stripOf(lines, rows, upward, width, inks) {
    const strip = new OffscreenCanvas(width, rows);
    const context = strip.getContext("2d", { alpha: false });
    const image = context.createImageData(width, rows);
    const pixels = new Uint32Array(image.data.buffer).fill(inks[0]);
    lines.forEach((line, row) => {
      const start = (upward ? rows - 1 - row : row) * width;
      for (let column = 0; column < width; column++) {
        pixels[start + column] = inks[line[column]];
      }
    });
    context.putImageData(image, 0, 0);
    return strip;
  }

  // The rectangle of a node in CSS pixels, {left, top, width, height}; null where it is not in the picture.
  function boxOf(picture, plan, node, rows, upward) {
    const row = picture.depth[node] - picture.depth[plan.from];
    if (node < plan.from || node >= picture.end[plan.from] || row >= MOST_ROWS) {
      return null;
    }
    agentperf.flameLayout.reach(picture, node);
    return {
      left: (picture.x[node] - picture.x[plan.from]) * plan.scale,
      top: (upward ? rows - 1 - row : row) * ROW,
      width: picture.total[node] * plan.scale,
      height: ROW - 1,
    };
  }

  // The node at a place on the canvas in CSS pixels; -1 where there is none.
  function nodeUnder(picture, plan, left, top, rows, upward) {
    const line = Math.floor(top / ROW);
    const row = upward ? rows - 1 - line : line;
    if (row < 0 || row >= MOST_ROWS || left < 0 || left >= plan.width || !plan.scale) {
      return -1;
    }
    const moment = picture.x[plan.from] + left / plan.scale;
    return agentperf.flameLayout.nodeAt(picture, plan.from, picture.depth[plan.from] + row, moment);
  }

  agentperf.flameCanvas = { ROW, MOST_ROWS, planOf, draw, boxOf, nodeUnder };
})((globalThis.agentperf ??= {}));
