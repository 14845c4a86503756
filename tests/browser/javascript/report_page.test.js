"use strict";

const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");
const { deflateSync } = require("node:zlib");

const PAGE = path.join(__dirname, "..", "..", "..", "reports", "page");
for (const name of ["packed_data", "table_sort", "combination_filter", "timeline_drawing"]) {
  require(path.join(PAGE, `${name}.js`));
}
const { packedData, tableSort, combinationFilter, timelineDrawing } = globalThis.agentperf;

function sorted(cells, direction) {
  const keys = cells.map((cell) => tableSort.sortKey(undefined, cell));
  return tableSort.order(keys, direction).map((place) => cells[place]);
}

test("figures are sorted as numbers, not as words", () => {
  assert.deepEqual(sorted(["12.00", "2.00", "-3.5", "1,204,992", "110"], 1), ["-3.5", "2.00", "12.00", "110", "1,204,992"]);
  assert.deepEqual(sorted(["9 %", "10 %", "-1 %"], -1), ["10 %", "9 %", "-1 %"]);
});

test("an exact value counts, whatever the cell says", () => {
  const keys = [tableSort.sortKey("2.5", "reference"), tableSort.sortKey("-1e-7", "9.9 % [1, 2]"), tableSort.sortKey("0", "5")];
  assert.deepEqual(tableSort.order(keys, 1), [1, 2, 0]);
});

test("words are sorted as words, and their numbers as numbers", () => {
  assert.deepEqual(sorted(["step 10", "step 9", "Äpfel", "zebra"], 1), ["Äpfel", "step 9", "step 10", "zebra"]);
});

test("what is empty comes last in both directions", () => {
  for (const direction of [1, -1]) {
    const places = tableSort.order([null, { number: 1 }, tableSort.sortKey("", "x"), { number: 2 }], direction);
    assert.deepEqual(places.slice(2), [0, 2]);
  }
  assert.equal(tableSort.sortKey(undefined, "n/a"), null);
});

test("equal rows keep their order", () => {
  const keys = Array.from({ length: 50 }, () => ({ number: 7 }));
  assert.deepEqual(tableSort.order(keys, -1), [...keys.keys()]);
});

test("a first click shows the largest figure, or the first word", () => {
  assert.equal(tableSort.nextDirection("none", [{ number: 1 }]), -1);
  assert.equal(tableSort.nextDirection("none", [{ text: "a" }, null]), 1);
  assert.equal(tableSort.nextDirection("descending", [{ number: 1 }]), 1);
  assert.equal(tableSort.nextDirection("ascending", [{ number: 1 }]), -1);
});

test("a filter asks each switch for itself", () => {
  const rows = ["000", "100", "110", "111"];
  const shown = (wishes) => rows.filter((on) => combinationFilter.matches(on, wishes));
  assert.deepEqual(shown(["any", "any", "any"]), rows);
  assert.deepEqual(shown(["on", "any", "off"]), ["100", "110"]);
  assert.deepEqual(shown(["off", "on", "any"]), []);
});

test("bars stand where their times are", () => {
  const group = { name: "a", lanes: 2, bars: [[0, 0, 50_000, 1, 0], [1, 25_000, 25_010, 2, 1]], marks: [[1, 0, 10_000]] };
  const { bars, marks, height } = timelineDrawing.groupShapes(group, ["chat", "save"], 100_000);
  assert.deepEqual(bars[0], { x: "0.000%", y: 0, width: "50.000%", concern: 1, label: "chat", title: "chat · 50.00 ms" });
  assert.deepEqual([bars[1].width, bars[1].label], ["0.100%", ""], "too short to see is not invisible");
  assert.deepEqual(marks, [{ x: "0.000%", y: 27, width: "10.000%" }]);
  assert.equal(height, 33);
});

test("ticks are round, few and on the axis", () => {
  const texts = (axis) => timelineDrawing.ticks(axis).map((tick) => tick.text);
  assert.deepEqual(texts(57_100), ["0", "10", "20", "30", "40", "50"]);
  assert.deepEqual(texts(300), ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]);
  for (let axis = 1; axis < 1e9; axis *= 1.7) {
    assert.ok(texts(axis).length >= 2 && texts(axis).length <= 9, String(axis));
  }
});

test("the waits of a timeline are a table", () => {
  const timeline = { total: 2_000, names: ["save", "", "a"], waits: [[0, 2, 1, 3, 500]] };
  const [row] = timelineDrawing.waitRows(timeline, ["agent work", "persistence"]);
  assert.deepEqual(row.map((cell) => cell.text), ["save", "a", "persistence", "3", "0.50", "25.0 %"]);
});

test("packed data is unpacked, and what is none is refused", async () => {
  const value = { names: ["ä", "</script>"], total: 12 };
  const text = await packedData.inflatedText(deflateSync(JSON.stringify(value)).toString("base64"));
  assert.deepEqual(JSON.parse(text), value);
  await assert.rejects(packedData.inflatedText("AAAA"));
});
