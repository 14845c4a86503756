// What the tests of the flame graph viewer share: its scripts, loaded as a page does, and trees by the dice.
"use strict";

const { readdirSync } = require("node:fs");
const { join } = require("node:path");

const PAGE = join(__dirname, "..", "..", "..", "reports", "page");
for (const name of readdirSync(PAGE)) {
  if (/^(flame_.*|packed_data)\.js$/.test(name)) {
    require(join(PAGE, name));
  }
}

// A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32).
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Of runs [[stack of frame numbers, samples], …], as the page's Python packs them.
function packed(runs) {
  const root = { frame: -1, children: new Map(), self: 0 };
  const ends = runs.map(([stack, samples]) => {
    let node = root;
    for (const frame of stack) {
      if (!node.children.has(frame)) {
        node.children.set(frame, { frame, children: new Map(), self: 0 });
      }
      node = node.children.get(frame);
    }
    node.self += samples;
    return [node, samples];
  });
  const tree = { frame: [], depth: [], self: [] };
  const waiting = [[root, 0]];
  while (waiting.length) {
    const [node, depth] = waiting.pop();
    node.number = tree.frame.length;
    tree.frame.push(node.frame);
    tree.depth.push(depth);
    tree.self.push(node.self);
    waiting.push(...[...node.children.values()].reverse().map((child) => [child, depth + 1]));
  }
  return { ...tree, runs: ends.map(([node, samples]) => [node.number, samples]) };
}

// Stacks of up to `deepest` of `frames` functions; some call themselves.
function randomRuns(roll, count, frames, deepest) {
  return Array.from({ length: count }, () => {
    const stack = Array.from({ length: 1 + Math.floor(roll() * deepest) }, () =>
      Math.floor(roll() * roll() * frames),
    );
    return [stack, 1 + Math.floor(roll() * 5)];
  });
}

// {stack as text: samples} of a tree's own samples.
function selfByPath(tree, column = tree.self) {
  const found = {};
  for (let node = 0; node < tree.count; node++) {
    if (column[node]) {
      const path = agentperf.flameTree.pathTo(tree, node).join(">");
      found[path] = (found[path] ?? 0) + column[node];
    }
  }
  return found;
}

module.exports = { agentperf: globalThis.agentperf, dice, packed, randomRuns, selfByPath };
