"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { agentperf, dice, packed, randomRuns, selfByPath } = require("./flame_trees.js");

const { built, keysOf, nodeOf, pathTo } = agentperf.flameTree;
const { merged, functionsOf, vanished, vanishedShares } = agentperf.flameDifference;
const { Met } = agentperf.flameMatching;

const NAMES = ["run", "invoke_agent a", "f", "invoke_agent b", "g", "invoke_agent c", "h"];
const FRAMES = NAMES.map((name) => [name, "module.py", 1, 0]);
const KEYS = keysOf(FRAMES);
const isAgent = (frame) => NAMES[frame].startsWith("invoke_agent ");

// {path: samples} of runs of names; what a path begins with is a path, too.
function compared(newRuns, oldRuns, names) {
  const number = (stack) => stack.split(">").map((name) => names.indexOf(name));
  const trees = [newRuns, oldRuns].map((runs) =>
    built(packed(Object.entries(runs).map(([stack, samples]) => [number(stack), samples]))),
  );
  const frames = names.map((name) => [name, "module.py", 1, 0]);
  const difference = merged(...trees, frames, keysOf(frames));
  const rows = {};
  for (let node = 1; node < difference.tree.count; node++) {
    const path = pathTo(difference.tree, node).map((frame) => names[frame]);
    rows[path.join(">")] = [difference.tree.total[node], difference.before.total[node], difference.met[node]];
  }
  return { difference, rows, frames };
}

const ONE_BY_ONE = {
  "loop>session>sequential>step>invoke_agent a>work": 40,
  "loop>session>sequential>step>invoke_agent a>gone": 10,
  "loop>session>sequential>step>invoke_agent b>work": 45,
  "loop>session>sequential": 2,
  "loop>session>close": 3,
};
const AT_ONCE = {
  "loop>advance>step>invoke_agent a>work": 30,
  "loop>advance>step>invoke_agent b>work": 50,
  "loop>advance>step>invoke_agent b>wait": 5,
  "loop>advance>close": 4,
  "loop>session>close": 1,
};
const WORDS = [
  ...["loop", "session", "sequential", "step", "advance", "work", "gone", "wait", "close"],
  ...["invoke_agent a", "invoke_agent b"],
];

test("an agent is compared wherever it is called from, and the callers that both have", () => {
  const { rows } = compared(AT_ONCE, ONE_BY_ONE, WORDS);
  assert.deepEqual(rows, {
    loop: [90, 100, Met.THERE],
    "loop>advance": [89, 95, Met.NOWHERE],
    "loop>advance>step": [85, 95, Met.MOVED],
    "loop>advance>step>invoke_agent a": [30, 50, Met.MOVED],
    "loop>advance>step>invoke_agent a>work": [30, 40, Met.THERE],
    "loop>advance>step>invoke_agent a>gone": [0, 10, Met.NOWHERE],
    "loop>advance>step>invoke_agent b": [55, 45, Met.MOVED],
    "loop>advance>step>invoke_agent b>work": [50, 45, Met.THERE],
    "loop>advance>step>invoke_agent b>wait": [5, 0, Met.NOWHERE],
    "loop>advance>close": [4, 0, Met.ELSEWHERE],
    "loop>session": [1, 5, Met.THERE],
    "loop>session>close": [1, 3, Met.THERE],
    "loop>session>sequential": [0, 2, Met.NOWHERE],
  });
});

test("a caller that only leads to agents that moved is not there any more", () => {
  const old = { ...ONE_BY_ONE };
  delete old["loop>session>sequential"];
  const { rows } = compared(AT_ONCE, old, WORDS);
  assert.equal(rows["loop>session>sequential"], undefined);
  assert.deepEqual(rows["loop>session"], [1, 3, Met.THERE]);
});

test("what vanished is what nothing stands for, not what is called from elsewhere", () => {
  const { difference, frames } = compared(AT_ONCE, ONE_BY_ONE, WORDS);
  const gone = vanished(difference);
  const named = {};
  for (let node = 1; node < gone.count; node++) {
    if (gone.self[node] > 0) {
      const path = pathTo(gone, node).map((frame) => frames[frame][0]);
      named[path.join(">")] = gone.self[node];
    }
  }
  assert.deepEqual(named, { "loop>advance>step>invoke_agent a>gone": 10, "loop>session>sequential": 2 });
  assert.deepEqual(vanishedShares(difference), { gone: 0.12, elsewhere: 0 });
  const old = { "loop>session>close": 6, "loop>work": 2, "loop>gone": 2 };
  const without = compared({ "loop>advance>work": 10 }, old, WORDS);
  assert.deepEqual(vanishedShares(without.difference), { gone: 1, elsewhere: 0.2 });
});

test("functions are what each profile says of them, whatever moved", () => {
  const { difference } = compared(AT_ONCE, ONE_BY_ONE, WORDS);
  const rows = functionsOf(difference, difference.keys, 0);
  const found = Object.fromEntries(
    rows.map((row) => [WORDS[row.frame], [row.total, row.self, row.totalBefore, row.selfBefore]]),
  );
  assert.deepEqual(found, {
    loop: [90, 0, 100, 0],
    session: [1, 0, 100, 0],
    sequential: [0, 0, 97, 2],
    advance: [89, 0, 0, 0],
    step: [85, 0, 95, 0],
    "invoke_agent a": [30, 0, 50, 0],
    "invoke_agent b": [55, 0, 45, 0],
    work: [80, 80, 85, 85],
    gone: [0, 0, 10, 10],
    wait: [5, 5, 0, 0],
    close: [5, 5, 3, 3],
  });
  const step = nodeOf(difference.tree, ["loop", "advance", "step"].map((name) => WORDS.indexOf(name)));
  const zoomed = functionsOf(difference, difference.keys, step);
  const inStep = zoomed.find((row) => WORDS[row.frame] === "step");
  assert.deepEqual([inStep.total, inStep.totalBefore], [85, 95]);
});

test("of several places the same path comes first, and the widest stands for the widest", () => {
  const names = ["x", "y", "z", "invoke_agent a"];
  const both = { "x>invoke_agent a": 10, "y>invoke_agent a": 8 };
  const flipped = { "x>invoke_agent a": 8, "y>invoke_agent a": 10 };
  assert.deepEqual(compared(both, flipped, names).rows["x>invoke_agent a"], [10, 8, Met.THERE]);
  assert.deepEqual(compared(both, flipped, names).rows["y>invoke_agent a"], [8, 10, Met.THERE]);
  const stray = { "z>invoke_agent a": 90, "x>invoke_agent a": 1 };
  const moved = compared(stray, { "x>invoke_agent a": 80 }, names).rows;
  assert.deepEqual(moved["z>invoke_agent a"], [90, 80, Met.MOVED], "not what one torn stack says");
  assert.deepEqual(moved["x>invoke_agent a"], [1, 0, Met.ELSEWHERE]);
  const joined = compared({ "z>invoke_agent a": 90 }, both, names).rows;
  assert.deepEqual(joined, {
    z: [90, 18, Met.NOWHERE],
    "z>invoke_agent a": [90, 18, Met.MOVED],
  });
});

test("an agent that another one called is found when it is called by none", () => {
  const names = ["x", "work", "invoke_agent a", "invoke_agent b"];
  const old = { "x>invoke_agent a>invoke_agent b>work": 6, "x>invoke_agent a>work": 4 };
  const { rows } = compared({ "x>invoke_agent a>work": 5, "invoke_agent b>work": 5 }, old, names);
  assert.deepEqual(rows, {
    x: [5, 4, Met.THERE],
    "x>invoke_agent a": [5, 4, Met.THERE],
    "x>invoke_agent a>work": [5, 4, Met.THERE],
    "invoke_agent b": [5, 6, Met.MOVED],
    "invoke_agent b>work": [5, 6, Met.THERE],
  });
});

test("a thread or a function of such a name is no agent unless it is a frame's label", () => {
  const frames = [
    ["invoke_agent a", "", 0, 8],
    ["invoke_agent", "a.py", 1, 0],
    ["f", "a.py", 1, 0],
  ];
  const of = (...stacks) => built(packed(stacks.map((stack) => [stack, 4])));
  const { met } = merged(of([2, 0], [2, 1]), of([0], [1]), frames, keysOf(frames));
  assert.ok(!met.includes(Met.MOVED));
});

function sums(runs) {
  const found = {};
  for (const [stack, samples] of runs) {
    found[stack.join(">")] = (found[stack.join(">")] ?? 0) + samples;
  }
  return found;
}

// The totals of all paths.
function totals(runs) {
  const found = new Map();
  for (const [stack, samples] of runs) {
    for (let length = 1; length <= stack.length; length++) {
      const path = stack.slice(0, length).join(">");
      found.set(path, (found.get(path) ?? 0) + samples);
    }
  }
  return found;
}

function widest(paths) {
  const found = {};
  for (const [path, total] of paths) {
    const agent = path.split(">").pop();
    if (isAgent(agent) && !(paths.get(found[agent]) >= total)) {
      found[agent] = path;
    }
  }
  return found;
}

// The old runs as the rule puts them, by the letter: one path at a time.
function placed(newRuns, oldRuns) {
  const [news, olds] = [totals(newRuns), totals(oldRuns)];
  const [widestNew, widestOld] = [widest(news), widest(olds)];
  const moves = new Map();
  for (const agent of Object.keys(widestOld)) {
    if (widestNew[agent] === undefined || olds.has(widestNew[agent])) {
      continue;
    }
    const [from, to] = [widestOld[agent].split(">"), widestNew[agent].split(">")];
    moves.set(from.join(">"), to.join(">"));
    for (;;) {
      from.pop();
      to.pop();
      const last = from[from.length - 1];
      const [old, now] = [from.join(">"), to.join(">")];
      if (!from.length || last !== to[to.length - 1] || isAgent(last) || news.has(old) || moves.has(old)) {
        break;
      }
      moves.set(old, now);
    }
  }
  return oldRuns.map(([stack, samples]) => {
    let place = "";
    stack.forEach((frame, index) => {
      const straight = place ? `${place}>${frame}` : `${frame}`;
      const move = moves.get(stack.slice(0, index + 1).join(">"));
      const away = isAgent(frame) && !news.has(straight) ? widestNew[frame] : undefined;
      place = move ?? away ?? straight;
    });
    return [[place], samples];
  });
}

function* pairs(count) {
  for (let seed = 0; seed < count; seed++) {
    const roll = dice(7000 + seed);
    const weighed = (runs) => runs.map(([stack]) => [stack, 1 + Math.floor(roll() * 1e6)]); // no ties
    const some = () => weighed(randomRuns(roll, 1 + Math.floor(roll() * 20), 7, 6));
    yield [some(), some()];
  }
}

test("the sums of both sides stay, the new side stays at its paths, the old goes where the rule says", () => {
  let moves = 0;
  for (const [runs, old] of pairs(300)) {
    const difference = merged(built(packed(runs)), built(packed(old)), FRAMES, KEYS);
    const { tree, before, met } = difference;
    const sum = (side) => side.reduce((all, [, samples]) => all + samples, 0);
    assert.equal(tree.total[0], sum(runs));
    assert.equal(before.total[0], sum(old));
    assert.deepEqual(selfByPath(tree), sums(runs));
    assert.deepEqual(selfByPath(tree, before.self), sums(placed(runs, old)));
    const paths = new Set();
    for (let node = 1; node < tree.count; node++) {
      paths.add(pathTo(tree, node).join(">"));
      assert.ok(tree.total[node] > 0 || before.total[node] > 0, "nothing stands there that nothing is left of");
      const elsewhere = (side) => side.some(([stack]) => stack.includes(tree.frame[node]));
      if (met[node] <= Met.ELSEWHERE) {
        const other = tree.total[node] > 0 ? old : runs;
        assert.equal(met[node] === Met.ELSEWHERE, elsewhere(other));
      }
      moves += met[node] === Met.MOVED;
    }
    assert.equal(paths.size, tree.count - 1, "each path is one node");
    const rows = functionsOf(difference, KEYS, 0);
    for (const row of rows) {
      const having = (side) => side.filter(([stack]) => stack.includes(row.frame));
      assert.deepEqual([row.total, row.totalBefore], [sum(having(runs)), sum(having(old))]);
    }
    assert.equal(agentperf.flameLayout.byTime(tree).total[0], tree.total[0]);
  }
  assert.ok(moves > 100, "it was put to the test");
});
