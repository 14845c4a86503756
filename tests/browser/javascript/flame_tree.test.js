"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { deflateSync } = require("node:zlib");
const { agentperf, dice, packed, randomRuns, selfByPath } = require("./flame_trees.js");

const { built, decoded, nodeOf, pathTo, keysOf } = agentperf.flameTree;
const { leftHeavy, byTime, childrenOf, nodeAt, reach } = agentperf.flameLayout;

function trees(times = 30) {
  return Array.from({ length: times }, (_, seed) => {
    const roll = dice(seed);
    return { seed, runs: randomRuns(roll, 1 + Math.floor(roll() * 60), 6, 8) };
  });
}

// As tree_columns.py packs a tree.
function columnsOf({ frame, depth, self, runs }) {
  const columns = [
    Float64Array.from(self),
    Float64Array.from(runs, ([, samples]) => samples),
    Int32Array.from(frame),
    Int32Array.from(depth),
    Int32Array.from(runs, ([node]) => node),
  ];
  const bytes = Buffer.concat(columns.map((column) => Buffer.from(column.buffer)));
  return { nodes: frame.length, runs: runs.length, columns: deflateSync(bytes).toString("base64") };
}

test("a tree is what was packed", async () => {
  for (const { runs } of trees(5)) {
    const tree = packed(runs);
    const read = await decoded(columnsOf(tree));
    assert.deepEqual([...read.frame], tree.frame);
    assert.deepEqual([...read.depth], tree.depth);
    assert.deepEqual([...read.self], tree.self);
    assert.deepEqual(read.runs(), tree.runs);
    assert.equal(
      read.total[0],
      tree.self.reduce((sum, own) => sum + own, 0),
    );
  }
});

test("what is no tree is refused", async () => {
  const sound = columnsOf(packed([[[0, 1], 2]]));
  await assert.rejects(decoded({ ...sound, columns: Buffer.from("no zlib").toString("base64") }));
  await assert.rejects(decoded({ ...sound, nodes: sound.nodes + 1 }), RangeError);
  await assert.rejects(decoded({ ...sound, runs: 0 }), RangeError);
  await assert.rejects(decoded({ nodes: 0, runs: 0, columns: deflateSync("").toString("base64") }), RangeError);
  await assert.rejects(decoded("a text"));
});

test("totals are the sums of what is below, counted independently", () => {
  for (const { runs } of trees()) {
    const tree = built(packed(runs));
    for (let node = 0; node < tree.count; node++) {
      const path = pathTo(tree, node);
      const under = runs.filter(([stack]) => path.every((frame, place) => stack[place] === frame));
      assert.equal(
        tree.total[node],
        under.reduce((sum, [, samples]) => sum + samples, 0),
      );
      assert.equal(nodeOf(tree, path), node);
    }
  }
});

test("an empty tree and one of a single node", () => {
  for (const tree of [
    built({ frame: [], depth: [], self: [], runs: [] }),
    built({ frame: [-1], depth: [0], self: [3], runs: [[0, 3]] }),
  ]) {
    assert.equal(tree.count, 1);
    assert.deepEqual(childrenOf(leftHeavy(tree), 0), []);
    assert.equal(byTime(tree).total[0], tree.total[0]);
  }
});

test("2,000 frames deep, and all of them the same function", () => {
  const tree = built(
    packed([
      [Array(2000).fill(0), 2],
      [Array(1999).fill(0), 1],
    ]),
  );
  assert.equal(tree.count, 2001);
  assert.equal(tree.total[1], 3);
  assert.equal(byTime(tree).count, 2001);
  const [row] = agentperf.flameFunctions.functionsOf(tree, null, null);
  assert.equal(row.total, 3, "a total counts recursion once");
  assert.equal(agentperf.flameSearch.found(tree, Uint8Array.of(1)).total, 3);
});

for (const [name, layout] of [
  ["left-heavy", leftHeavy],
  ["by time", byTime],
]) {
  test(`${name}: siblings don't overlap, parents contain their children, widths add up`, () => {
    for (const { runs } of trees()) {
      const picture = layout(built(packed(runs)));
      for (let node = 0; node < picture.count; node++) {
        const children = childrenOf(picture, node);
        let sum = picture.self[node];
        let left = picture.x[node];
        for (const child of children) {
          assert.ok(picture.x[child] >= left);
          left = picture.x[child] + picture.total[child];
          sum += picture.total[child];
          assert.equal(nodeAt(picture, 0, picture.depth[child], picture.x[child]), child);
        }
        assert.ok(left <= picture.x[node] + picture.total[node]);
        assert.equal(sum, picture.total[node]);
      }
    }
  });
}

test("left-heavy: the largest first, without gaps", () => {
  for (const { runs } of trees()) {
    const picture = leftHeavy(built(packed(runs)));
    for (let node = 0; node < picture.count; node++) {
      let left = picture.x[node];
      let last = Infinity;
      for (const child of childrenOf(picture, node)) {
        assert.equal(picture.x[child], left);
        assert.ok(picture.total[child] <= last);
        last = picture.total[child];
        left += last;
      }
    }
  }
});

test("a place is found whatever was looked at before", () => {
  for (const { runs } of trees()) {
    const tree = built(packed(runs));
    const whole = leftHeavy(tree);
    for (let node = 0; node < tree.count; node++) {
      childrenOf(whole, node);
    }
    const alone = leftHeavy(tree);
    const last = tree.count - 1;
    reach(alone, last);
    assert.equal(alone.x[last], whole.x[last]);
  }
});

test("by time: each moment shows the stack that was sampled then, in order", () => {
  for (const { runs } of trees()) {
    const tree = built(packed(runs));
    const timed = byTime(tree);
    let now = 0;
    for (const [stack, samples] of runs) {
      for (const moment of [now, now + samples - 0.5]) {
        let node = 0;
        stack.forEach((frame, place) => {
          node = nodeAt(timed, node, place + 1, moment);
          assert.equal(timed.frame[node], frame);
        });
      }
      now += samples;
    }
    assert.equal(timed.total[0], tree.total[0]);
    assert.deepEqual(selfByPath(timed), selfByPath(tree), "the same samples, in another order");
  }
});

test("by time: what goes on is one node, what comes again another", () => {
  const timed = byTime(
    built(
      packed([
        [[0, 1], 2],
        [[0, 1], 1],
        [[0, 2], 1],
        [[0, 1], 4],
        [[0], 1],
      ]),
    ),
  );
  assert.deepEqual([...timed.frame], [-1, 0, 1, 2, 1]);
  assert.deepEqual([...timed.x], [0, 0, 0, 3, 4]);
  assert.deepEqual([...timed.total], [9, 9, 3, 1, 4]);
});

test("frames of one function in one file have one key, whatever their concern", () => {
  assert.deepEqual(
    [
      ...keysOf([
        ["a", "f", 1, 0],
        ["a", "f", 9, 3],
        ["a", "g", 1, 0],
      ]),
    ],
    [0, 0, 1],
  );
});
