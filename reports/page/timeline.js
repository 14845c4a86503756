// The timelines of two sessions on one axis, redrawn as another combination is chosen.
(function (agentperf) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function element(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function title(text) {
    return element("title", {}, text);
  }

  function drawPath(shapes) {
    const rects = shapes.map(({ concern, x, width, title: words }) =>
      element("rect", { class: `concern-${concern}`, x, width, height: 20 }, title(words)),
    );
    return element("svg", { class: "lane path", width: "100%", height: 20 }, ...rects);
  }

  function drawGroup(shapes) {
    const bars = shapes.bars.map((bar) => {
      const label = bar.label === "" ? [] : [element("text", { x: 4, y: 10 }, bar.label)];
      const fill = element("rect", { class: `concern-${bar.concern}`, width: "100%", height: 13 });
      const place = { x: bar.x, y: bar.y, width: bar.width, height: 13 };
      return element("svg", place, title(bar.title), fill, ...label);
    });
    const marks = shapes.marks.map((mark) => element("rect", { class: "on-path", height: 3, ...mark }));
    return element("svg", { class: "lane", width: "100%", height: shapes.height }, ...bars, ...marks);
  }

  function drawTicks(ticks) {
    const texts = ticks.map((tick) =>
      element("text", { x: tick.x, y: 14, "text-anchor": "middle" }, tick.text),
    );
    return element("svg", { class: "ticks", width: "100%", height: 22, "aria-hidden": "true" }, ...texts);
  }

  function named(text, className) {
    const name = document.createElement("div");
    name.className = className;
    name.textContent = text;
    return name;
  }

  function draw(figure, timeline, concerns, axis) {
    const { pathShapes, groupShapes, ticks, waitRows, milliseconds } = agentperf.timelineDrawing;
    const { names, name } = timeline;
    const parts = [
      named("critical path", "lane-name path-name"),
      drawPath(pathShapes(timeline.path, names, axis)),
    ];
    for (const group of timeline.groups) {
      parts.push(named(group.name, "lane-name"), drawGroup(groupShapes(group, names, axis)));
    }
    parts.push(named("ms", "lane-name"), drawTicks(ticks(axis)));
    const total = `${milliseconds(timeline.total, 1)} ms`;
    const words = `Timeline of a session with ${name}: ${total}. The table below says what it waited for.`;
    const lanes = figure.querySelector(".lanes");
    lanes.replaceChildren(...parts);
    lanes.setAttribute("aria-label", words);
    figure.querySelector(".session-name").textContent = name;
    figure.querySelector(".session-total").textContent = total;
    figure.querySelector(".waits tbody").replaceChildren(...waitRows(timeline, concerns).map(tableRow));
  }

  function tableRow(cells) {
    const row = document.createElement("tr");
    cells.forEach((cell, place) => {
      const made = document.createElement(place === 0 ? "th" : "td");
      if (place === 0) {
        made.scope = "row";
      }
      made.textContent = cell.text;
      if (cell.value !== undefined) {
        made.className = "number";
        made.dataset.value = String(cell.value);
      }
      row.append(made);
    });
    return row;
  }

  function mount(section, data) {
    const figures = Array.from(section.querySelectorAll("[data-timeline]"));
    const selects = figures.map((figure) => figure.querySelector("select"));

    let latest = 0;

    async function redraw() {
      const turn = ++latest;
      const packed = selects.map((select) => data.packed[Number(select.value)]);
      const texts = await Promise.all(packed.map((one) => agentperf.packedData.inflatedText(one)));
      const chosen = texts.map((text) => JSON.parse(text));
      if (turn !== latest) {
        return; // another one was chosen meanwhile
      }
      const axis = Math.max(...chosen.map((timeline) => timeline.total));
      figures.forEach((figure, place) => draw(figure, chosen[place], data.concerns, axis));
    }

    for (const select of selects) {
      select.addEventListener("change", redraw);
    }
    if (selects.some((select, place) => select.value !== figures[place].dataset.timeline)) {
      redraw();
    }
  }

  agentperf.timeline = { mount };
})((globalThis.agentperf ??= {}));
