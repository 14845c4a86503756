// What a timeline looks like, as plain figures: where each bar stands, in percent of the axis.
(function (agentperf) {
  "use strict";

  const LANE = 15;
  const LEAST_WIDTH = 0.1;
  const LABELLED = 4;

  function percent(value) {
    return `${value.toFixed(3)}%`;
  }

  function milliseconds(microseconds, digits) {
    return (microseconds / 1000).toFixed(digits);
  }

  // One group's bars and marks; `names` is the table that they point into.
  function groupShapes(group, names, axis) {
    const bars = group.bars.map(([lane, start, end, concern, name]) => {
      const width = Math.max((100 * (end - start)) / axis, LEAST_WIDTH);
      return {
        x: percent((100 * start) / axis),
        y: LANE * lane,
        width: percent(width),
        concern,
        label: width > LABELLED ? names[name] : "",
        title: `${names[name]} · ${milliseconds(end - start, 2)} ms`,
      };
    });
    const marks = group.marks.map(([lane, start, end]) => ({
      x: percent((100 * start) / axis),
      y: LANE * lane + 12,
      width: percent((100 * (end - start)) / axis),
    }));
    return { name: group.name, height: LANE * group.lanes + 3, bars, marks };
  }

  // Round numbers from 0 to `axis` microseconds, in milliseconds: multiples of 1, 2 or 5 times a power of ten.
  function ticks(axis, atMost = 8) {
    const high = axis / 1000;
    const rough = high / atMost;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * (1 - 1e-9));
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: last + 1 }, (_, number) => ({
      x: `${((100 * number * step) / high).toFixed(2)}%`,
      text: String(Number((number * step).toPrecision(6))),
    }));
  }

  function pathShapes(path, names, axis) {
    return path.map(([start, end, concern, name, agent]) => ({
      x: percent((100 * start) / axis),
      width: percent((100 * (end - start)) / axis),
      concern,
      title: [names[name], names[agent], `${milliseconds(end - start, 2)} ms`].filter(Boolean).join(" · "),
    }));
  }

  // The rows of the table, as cells of {text, value}.
  function waitRows(timeline, concerns) {
    const names = timeline.names;
    return timeline.waits.map(([name, agent, concern, times, time]) => [
      { text: names[name] },
      { text: names[agent] },
      { text: concerns[concern] },
      { text: String(times), value: times },
      { text: milliseconds(time, 2), value: time },
      { text: `${((100 * time) / timeline.total).toFixed(1)} %`, value: time },
    ]);
  }

  agentperf.timelineDrawing = { groupShapes, ticks, pathShapes, waitRows, milliseconds };
})((globalThis.agentperf ??= {}));
