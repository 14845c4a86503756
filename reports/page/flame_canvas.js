// Draws a picture (a tree with places) on a canvas. What is too narrow to see is merged, not drawn.
(function (agentperf) {
  "use strict";

  const ROW = 20; // CSS pixels, of which one is the gap
  const NARROWEST = 0.5; // CSS pixels; what is narrower is a speck, and what it calls is not drawn
  const SPECK = 2; // device pixels; narrower nodes have no gap and are merged with neighbours of their colour
  const NARROWEST_LABEL = 28;
  const MOST_ROWS = 100; // deeper frames are reached by zooming
  const PADDING = 4;

  // What is to be drawn, in rows from the zoomed node: {rows, deeper, scale, from, width, batches, labels}.
  // `lit` is flameSearch's matches by frame, or null; `within` counts matching nodes before each, for what is
  // merged; `ratio` is of device to CSS pixels. A batch is [place, row, width, …]
  // of one colour; batches 2c are lit, 2c + 1 dimmed.
  function planOf(picture, from, width, ratio, scheme, lit, within) {
    const { x, total, end, depth, frame } = picture;
    const scale = total[from] > 0 ? width / total[from] : 0;
    const batches = scheme.fills.flatMap(() => [[], []]);
    const labels = [];
    const specks = []; // by row: for each column of device pixels a batch's number + 1
    const columns = Math.ceil(width * ratio) + 1;
    const { place: placeChildren, reach } = agentperf.flameLayout;
    reach(picture, from);
    const [left, top] = [x[from], depth[from]];
    let rows = 1;
    let deeper = false;
    for (let node = from; node < end[from];) {
      const wide = node === from ? width : total[node] * scale;
      const row = depth[node] - top;
      if (row >= MOST_ROWS) {
        deeper ||= wide >= NARROWEST;
        node = end[node];
        continue;
      }
      const place = (x[node] - left) * scale;
      const cut = wide < NARROWEST;
      if (wide > 0) {
        rows = Math.max(rows, row + 1);
        const dim = !lit || lit[frame[node]] || (cut && within[end[node]] > within[node]) ? 0 : 1;
        const batch = 2 * scheme.classOf[node] + dim;
        if (wide * ratio < SPECK) {
          const line = (specks[row] ??= new Uint8Array(columns));
          const start = Math.round(place * ratio);
          line.fill(batch + 1, start, Math.max(start + 1, Math.round((place + wide) * ratio)));
        } else {
          batches[batch].push(place, row, wide);
        }
      }
      if (cut) {
        node = end[node];
        continue;
      }
      placeChildren(picture, node);
      if (wide >= NARROWEST_LABEL) {
        labels.push({ node, place, row, wide, dim: lit && !lit[frame[node]] ? 1 : 0 });
      }
      node++;
    }
    specks.forEach((line, row) => addSpecks(batches, line, row, ratio));
    return { rows, deeper, scale, from, width, batches, labels };
  }

  // Neighbouring columns of one colour as one rectangle.
  function addSpecks(batches, line, row, ratio) {
    for (let start = 0; start < line.length;) {
      let stop = start + 1;
      while (stop < line.length && line[stop] === line[start]) {
        stop++;
      }
      if (line[start]) {
        batches[line[start] - 1].push(start / ratio, row, (stop - start) / ratio);
      }
      start = stop;
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
    context.fillStyle = css(palette.paper);
    context.fillRect(0, 0, canvas.width, canvas.height);
    const top = (row) => (upward ? rows - 1 - row : row) * ROW;
    plan.batches.forEach((batch, colour) => {
      if (!batch.length) {
        return;
      }
      context.fillStyle = (colour % 2 ? scheme.dims : scheme.fills)[colour >> 1];
      const high = Math.round((ROW - 1) * ratio);
      for (let place = 0; place < batch.length; place += 3) {
        const left = Math.round(batch[place] * ratio);
        const wide = Math.max(1, Math.round((batch[place] + batch[place + 2]) * ratio) - left);
        const gap = wide > 3 * ratio ? Math.max(1, Math.round(ratio)) : wide > SPECK ? 1 : 0;
        context.fillRect(left, Math.round(top(batch[place + 1]) * ratio), wide - gap, high);
      }
    });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = font;
    context.textBaseline = "middle";
    const fit = agentperf.flameLabels.fitter(context);
    for (const dim of [0, 1]) {
      context.fillStyle = css(dim ? palette.muted : palette.ink);
      for (const each of plan.labels) {
        const text = each.dim === dim ? fit(label(each.node), each.wide - 2 * PADDING - 1) : "";
        if (text) {
          context.fillText(text, each.place + PADDING, top(each.row) + ROW / 2);
        }
      }
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
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
