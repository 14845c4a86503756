"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { agentperf, dice, packed, randomRuns } = require("./flame_trees.js");

const { built } = agentperf.flameTree;
const { matchesOf, found } = agentperf.flameSearch;
const { fragmentOf, stateOf } = agentperf.flamePermalink;
const { visible, percent, change, signed, shortened } = agentperf.flameWords;
const FRAMES = Array.from({ length: 6 }, (_, number) => [
  `Function${number}`,
  `folder/file${number % 2}.py`,
  1,
  0,
]);

test("the matched share counts each sample once", () => {
  for (let seed = 0; seed < 30; seed++) {
    const runs = randomRuns(dice(seed), 40, 6, 8);
    const tree = built(packed(runs));
    for (const [text, holds] of [
      ["function1", (frame) => frame === 1],
      ["FILE1", (frame) => frame % 2 === 1],
      ["nowhere", () => false],
    ]) {
      const matched = runs
        .filter(([stack]) => stack.some(holds))
        .reduce((sum, [, samples]) => sum + samples, 0);
      assert.equal(found(tree, matchesOf(FRAMES, text)).total, matched);
    }
  }
});

test("a search is no pattern, and blanks alone are no search", () => {
  assert.deepEqual(
    [
      ...matchesOf(
        [
          ["a.b(c", "", 0, 0],
          ["axb(c", "", 0, 0],
        ],
        "A.B(",
      ),
    ],
    [1, 0],
  );
  assert.equal(matchesOf(FRAMES, "  "), null);
});

test("functions: shares by a plain count over the samples", () => {
  for (let seed = 0; seed < 20; seed++) {
    const runs = randomRuns(dice(seed), 40, 6, 8);
    const rows = agentperf.flameFunctions.functionsOf(built(packed(runs)), null, null);
    const count = (holds) => runs.filter(holds).reduce((sum, [, samples]) => sum + samples, 0);
    for (const { frame, total, self } of rows) {
      assert.equal(
        total,
        count(([stack]) => stack.includes(frame)),
      );
      assert.equal(
        self,
        count(([stack]) => stack.at(-1) === frame),
      );
    }
    assert.equal(rows.length, new Set(runs.flatMap(([stack]) => stack)).size);
  }
});

test("the head, a frame and the table count the same samples, whatever these weigh", () => {
  for (let seed = 0; seed < 10; seed++) {
    const tree = built(packed(randomRuns(dice(seed), 40, 6, 8)));
    const profile = { name: "nothing on", mode: "cpu", profiler: "py-spy", intervalSeconds: 0.002 };
    Object.assign(profile, { samples: 500, taken: 800 });
    const now = 1 / tree.total[0];
    const weights = { now, samples: 500 * now };
    const scene = { profile, against: null, tree, before: null, picture: tree, weights, vanished: false };
    const { ofNode, facts } = agentperf.flameDescription;
    assert.equal(
      facts(scene)[0],
      "nothing on: worth 500 samples of CPU time by py-spy, one every 2 ms (800 samples were taken, of unequal weight).",
    );
    const data = { frames: FRAMES, concerns: ["agent work"] };
    assert.match(ofNode(scene, 0, 0, data).lines.at(-1), /^500 samples/);
    const { functionsOf, cellsOf } = agentperf.flameFunctions;
    const cells = cellsOf(functionsOf(tree, null, null), FRAMES, data.concerns, weights, null);
    const sum = cells.reduce((one, cell) => one + cell.samples, 0);
    assert.ok(Math.abs(sum - 500) < 1e-9);
  }
});

test("sorted by any column, and the same way each time", () => {
  const cells = [
    { function: "b", file: "", self: 0.1, total: 2 },
    { function: "a", file: "", self: 0.1, total: 12 },
  ];
  const names = (column, descending) =>
    agentperf.flameFunctions
      .sorted([...cells], column, descending)
      .map((cell) => cell.function)
      .join("");
  assert.equal(names("total", true), "ab", "numbers, not texts");
  assert.equal(names("total", false), "ba");
  assert.equal(names("self", true), "ab");
  assert.equal(names("function", true), "ba");
});

const PROFILES = [
  { id: "cpu-0", mode: "cpu" },
  { id: "cpu-1", mode: "cpu" },
  { id: "await-2", mode: "await" },
];

test("a link says the whole view, and says it again", () => {
  const views = [
    {
      profile: "cpu-0",
      against: null,
      view: "icicle",
      order: "left-heavy",
      colour: "concern",
      scale: null,
      show: "new",
      search: "",
      zoom: [],
      at: null,
    },
    {
      profile: "cpu-1",
      against: "cpu-0",
      view: "flame",
      order: "time",
      colour: "module",
      scale: "shares",
      show: "vanished",
      search: "a&b=c #%é",
      zoom: [3, 1, 4],
      at: 17.5,
    },
  ];
  for (const view of views) {
    assert.deepEqual(stateOf(fragmentOf(view), PROFILES, 9), view);
  }
});

test("what a link says wrongly is left out", () => {
  const state = (text) => stateOf(`#flame-graphs?${text}`, PROFILES, 9);
  assert.equal(stateOf("#plan", PROFILES, 9), null);
  assert.equal(stateOf(`#flame-graphs?search=${"x".repeat(30000)}`, PROFILES, 9), null);
  assert.equal(state("profile=nothing").profile, null);
  assert.equal(state("profile=cpu-0&against=await-2").against, null, "of another mode");
  assert.equal(state("profile=cpu-0&against=cpu-0").against, null);
  assert.deepEqual(state("profile=cpu-0&zoom=1.9").zoom, [], "no such frame");
  assert.deepEqual(state("profile=cpu-0&zoom=1.-2").zoom, []);
  assert.equal(state("view=__proto__&order=time&at=x").view, "icicle");
  assert.equal(state("at=x").at, null);
});

test("what could hide or turn the text around is made visible", () => {
  assert.equal(visible("a\u001b[31m\u202eb\n\u{e0001}\u00a0c d"), "a\\x1b[31m\\u202eb\\n\\U000e0001\\xa0c d");
  assert.equal(visible("שלום <b>"), "שלום <b>");
});

test("shares and changes in words", () => {
  assert.equal(percent(0.1234), "12.3 %");
  assert.equal(percent(0), "0.0 %");
  assert.equal(percent(0.0001), "< 0.1 %");
  assert.equal(change(0.032, "nothing on"), "3.2 points more than with nothing on");
  assert.equal(change(-0.2, "nothing on"), "20.0 points less than with nothing on");
  assert.equal(change(0.0002, "nothing on"), "as much as with nothing on");
  assert.deepEqual([0.012, -0.012, 0].map(signed), ["+1.2", "−1.2", "0.0"]);
});

test("long names lose their middle", () => {
  assert.equal(shortened("abcdefghij", 10), "abcdefghij");
  assert.equal(shortened("abcdefghijk", 6), "abc…jk");
});

test("labels fit, or there is none", () => {
  const context = { font: "fake", measureText: (text) => ({ width: 6 * text.length }) };
  const fit = agentperf.flameLabels.fitter(context);
  for (const text of ["short", "a name of some length", "x".repeat(10000)]) {
    for (let pixels = 0; pixels < 400; pixels += 7) {
      const shown = fit(text, pixels);
      assert.ok(6 * shown.length <= Math.max(0, pixels), `${shown} in ${pixels}`);
      assert.ok(shown === "" || shown === text || shown.length >= 4);
    }
  }
  assert.match(fit("invoke_agent researcher the first", 130), /^invoke.*….*first$/);
});

test("arrow keys lead to the caller, the largest called and the neighbours, and never out of the zoom", () => {
  const picture = agentperf.flameLayout.leftHeavy(
    built(
      packed([
        [[0, 1], 3],
        [[0, 2], 5],
        [[0, 3], 1],
        [[4], 2],
      ]),
    ),
  );
  const { step } = agentperf.flameWalk;
  const path = (...frames) => agentperf.flameTree.nodeOf(picture, frames);
  assert.equal(step(picture, path(0), "ArrowDown", 0, false), path(0, 2));
  assert.equal(step(picture, path(0), "ArrowUp", 0, true), path(0, 2));
  assert.equal(step(picture, path(0, 2), "ArrowRight", 0, false), path(0, 1));
  assert.equal(step(picture, path(0, 2), "ArrowLeft", 0, false), path(0, 2));
  assert.equal(step(picture, path(0, 2), "ArrowUp", 0, false), path(0));
  assert.equal(step(picture, path(0), "ArrowUp", path(0), false), path(0));
  assert.equal(step(picture, path(0, 2), "ArrowDown", 0, false), path(0, 2));
});

test("the plan: every node that is wide enough has its columns, and no other node's", () => {
  const [width, ratio] = [500, 2];
  for (let seed = 0; seed < 20; seed++) {
    const picture = agentperf.flameLayout.leftHeavy(built(packed(randomRuns(dice(seed), 300, 6, 8))));
    const classOf = Uint8Array.from(picture.frame, (frame) => frame + 1);
    const plan = agentperf.flameCanvas.planOf(picture, 0, width, ratio, { classOf }, null, null);
    const drawn = plan.lines.map((line) => new Set([...line.keys()].filter((column) => line[column])));
    for (let node = 0; node < picture.count; node++) {
      const start = picture.x[node] * plan.scale * ratio;
      const stop = start + picture.total[node] * plan.scale * ratio;
      if (stop - start < 1) {
        continue;
      }
      const row = picture.depth[node];
      const line = plan.lines[row];
      assert.equal(line.length, width * ratio);
      assert.equal(line[Math.floor((start + stop) / 2)], 1 + 2 * classOf[node]);
      for (let column = Math.ceil(start - 0.5 - 1e-9); column <= stop - 0.5 + 1e-9; column++) {
        drawn[row].delete(column);
      }
    }
    const specks = [...picture.total].filter((total) => total * plan.scale * ratio < 1).length;
    assert.ok(drawn.reduce((sum, columns) => sum + columns.size, 0) <= specks);
  }
});

test("the plan: what a search does not find is dimmed, and a speck with a match in it is not", () => {
  const picture = agentperf.flameLayout.leftHeavy(
    built(packed([
      [[0], 600],
      [[1], 399],
      [[2, 3], 1],
    ])),
  );
  const lit = Uint8Array.of(1, 0, 0, 1);
  const within = agentperf.flameSearch.sumsOf(picture, lit);
  const scheme = { classOf: Uint8Array.from(picture.frame, (frame) => frame + 1) };
  const { lines } = agentperf.flameCanvas.planOf(picture, 0, 100, 1, scheme, lit, within);
  assert.equal(lines[1][30], 1 + 2 * 1);
  assert.equal(lines[1][80], 2 + 2 * 2);
  assert.equal(lines[1][99], 1 + 2 * 3);
});
