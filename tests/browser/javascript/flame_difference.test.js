"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { agentperf, dice, packed, randomRuns, selfByPath } = require("./flame_trees.js");

const { built, keysOf, pathTo } = agentperf.flameTree;
const { merged, factors, vanished, withinChance } = agentperf.flameDifference;
const FRAMES = Array.from({ length: 6 }, (_, number) => [`f${number}`, "module.py", 1, 0]);
const KEYS = keysOf(FRAMES);

function sums(runs) {
  const found = {};
  for (const [stack, samples] of runs) {
    found[stack.join(">")] = (found[stack.join(">")] ?? 0) + samples;
  }
  return found;
}

function pairs() {
  return Array.from({ length: 40 }, (_, seed) => {
    const roll = dice(1000 + seed);
    return [0, 1].map(() => randomRuns(roll, Math.floor(roll() * 50), 6, 6));
  });
}

test("self and totals of both sides are those of a plain count by path", () => {
  for (const [runs, old] of pairs()) {
    const { tree, before } = merged(built(packed(runs)), built(packed(old)), FRAMES, KEYS);
    assert.deepEqual(selfByPath(tree), sums(runs));
    assert.deepEqual(selfByPath(tree, before.self), sums(old));
    const paths = new Set();
    for (let node = 0; node < tree.count; node++) {
      const path = pathTo(tree, node);
      paths.add(path.join(">"));
      for (const [column, side] of [
        [tree.total, runs],
        [before.total, old],
      ]) {
        const under = side.filter(([stack]) => path.every((frame, place) => stack[place] === frame));
        assert.equal(
          column[node],
          under.reduce((sum, [, samples]) => sum + samples, 0),
        );
      }
    }
    assert.equal(paths.size, tree.count, "each path is one node");
    assert.equal(
      agentperf.flameLayout.byTime(tree).total[0],
      tree.total[0],
      "the runs lead to the joined nodes",
    );
  }
});

test("the lines and concerns of frames don't matter, their files do", () => {
  const frames = [
    ["f", "a.py", 1, 0],
    ["f", "a.py", 7, 3],
    ["f", "b.py", 1, 0],
  ];
  const compare = (frame) =>
    merged(built(packed([[[0], 5]])), built(packed([[[frame], 5]])), frames, keysOf(frames)).tree.count;
  assert.equal(compare(1), 2);
  assert.equal(compare(2), 3);
});

test("what vanished is the old samples of paths that the new has not", () => {
  for (const [runs, old] of pairs()) {
    const difference = merged(built(packed(runs)), built(packed(old)), FRAMES, KEYS);
    const gone = vanished(difference);
    const isGone = ([stack]) =>
      !runs.some(([other]) => stack.every((frame, place) => other[place] === frame));
    assert.deepEqual(selfByPath(gone), sums(old.filter(isGone)));
    for (let node = 1; node < gone.count; node++) {
      assert.ok(gone.total[node] > 0, "nothing stands there that leads nowhere");
    }
  }
});

test("scaled to shares all changes add up to nothing, to measured times to what was measured", () => {
  const [[runs, old]] = pairs().filter(([one, other]) => one.length && other.length);
  const difference = merged(built(packed(runs)), built(packed(old)), FRAMES, KEYS);
  const profiles = [
    { samples: 10, measuredSeconds: 0.3 },
    { samples: 10, measuredSeconds: 0.5 },
  ];
  for (const [scale, sum] of [
    ["shares", 0],
    ["measured", -0.4],
  ]) {
    const { now, before } = factors(difference, scale, ...profiles);
    let found = 0;
    difference.tree.self.forEach(
      (samples, node) => (found += samples * now - difference.before.self[node] * before),
    );
    assert.ok(Math.abs(found - sum) < 1e-12);
  }
});

test("threads are matched by name, then by name without numbers", () => {
  const frames = [
    ["MainThread", "", 0, 8],
    ["worker-1", "", 0, 8],
    ["worker-7", "", 0, 8],
    ["other-0x7f3a", "", 0, 8],
    ["f", "a.py", 1, 0],
  ];
  const { tree, before } = merged(
    built(
      packed([
        [[0, 4], 5],
        [[1, 4], 2],
      ]),
    ),
    built(
      packed([
        [[0, 4], 3],
        [[3, 4], 1],
        [[2, 4], 4],
      ]),
    ),
    frames,
    keysOf(frames),
  );
  const sides = {};
  for (let node = 1; node < tree.count; node++) {
    if (tree.depth[node] === 1) {
      sides[frames[tree.frame[node]][0]] = [tree.total[node], before.total[node]];
    }
  }
  assert.deepEqual(sides, { MainThread: [5, 3], "worker-1": [2, 4], "other-0x7f3a": [0, 1] });
});

test("a profile of one thread is matched with the main thread of several", () => {
  const frames = [
    ["MainThread", "", 0, 8],
    ["pool", "", 0, 8],
    ["f", "a.py", 1, 0],
  ];
  const one = built(packed([[[2], 4]]));
  const several = built(
    packed([
      [[1, 2], 9],
      [[0, 2], 5],
    ]),
  );
  const keys = keysOf(frames);
  const there = merged(one, several, frames, keys);
  const back = merged(several, one, frames, keys);
  const mine = (tree) => agentperf.flameTree.nodeOf(tree, [0, 2]);
  assert.deepEqual([there.tree.total[mine(there.tree)], there.before.total[mine(there.tree)]], [4, 5]);
  assert.deepEqual([back.tree.total[mine(back.tree)], back.before.total[mine(back.tree)]], [5, 4]);
  assert.equal(agentperf.flameLayout.byTime(there.tree).total[0], 4);
});

test("a change is within chance where two samples of one profile may differ so", () => {
  const weights = {
    now: 1 / 1000,
    before: 1 / 1000,
    newSamples: 1000,
    oldSamples: 1000,
    newWeight: 1000,
    oldWeight: 1000,
  };
  assert.ok(withinChance(500, 510, weights));
  assert.ok(!withinChance(500, 600, weights));
  assert.ok(withinChance(0, 2, weights));
  assert.ok(!withinChance(0, 20, weights));
});

test("a change that is within chance at each place may be sure over all places of a function", () => {
  const { Doubt, Doubts } = agentperf.flameDoubt;
  const names = ["a", "b", "c", "d", "write", "same"];
  const frames = names.map((name) => [name, "module.py", 1, 0]);
  const of = (writes, same) =>
    built(packed([...writes.map((samples, place) => [[place, 4], samples]), [[5], same]]));
  const profile = { samples: 1000, measuredSeconds: 1 };
  const difference = merged(of([40, 40, 40, 9], 871), of([20, 20, 20, 10], 930), frames, keysOf(frames));
  const doubts = new Doubts(difference, factors(difference, "shares", profile, profile));
  const found = {};
  for (let node = 1; node < difference.tree.count; node++) {
    const path = pathTo(difference.tree, node).map((frame) => names[frame]);
    found[path.join(">")] = doubts.of(node);
  }
  assert.equal(found["a>write"], Doubt.PLACE);
  assert.equal(found["d>write"], Doubt.ALL, "which changed the other way");
  assert.equal(found.same, Doubt.NONE);
  assert.equal(found.a, Doubt.ALL, "it is not at work itself");
  const write = agentperf.flameTree.nodeOf(difference.tree, [0, 4]);
  assert.ok(Math.abs(doubts.ofFunction(write) - 0.059) < 1e-9);
});
