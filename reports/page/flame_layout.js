// Where each node of a tree begins, in samples from the left edge; its total is how wide it is.
(function (agentperf) {
  "use strict";

  // The largest of the siblings on the left. Children get their places when their parent is first looked at:
  // most nodes of a large tree are too narrow to be seen, ever.
  function leftHeavy(tree) {
    return { ...tree, x: new Float64Array(tree.count), placed: new Uint8Array(tree.count) };
  }

  // Gives the children of a node their places; the node must have its own.
  function place(picture, node) {
    const { placed, x, end, total } = picture;
    if (placed[node]) {
      return;
    }
    placed[node] = 1;
    const stop = end[node];
    let left = x[node];
    if (node + 1 === stop) {
      return;
    }
    if (end[node + 1] === stop) {
      x[node + 1] = left;
      return;
    }
    const children = [];
    for (let child = node + 1; child < stop; child = end[child]) {
      children.push(child);
    }
    children.sort((one, other) => total[other] - total[one] || one - other);
    for (const child of children) {
      x[child] = left;
      left += total[child];
    }
  }

  // Gives a node its place, and all those it lies in.
  function reach(picture, node) {
    const outer = [];
    for (let at = picture.parent[node]; at >= 0; at = picture.parent[at]) {
      outer.push(at);
    }
    while (outer.length) {
      place(picture, outer.pop());
    }
  }

  // In the order of time, as the runs say: a call that lasts over neighbouring samples is one node, and one
  // that ends and comes again is two. A tree of its own, whose `origin` leads back.
  function byTime(tree) {
    const frame = [-1];
    const depth = [0];
    const self = [0];
    const x = [0];
    const origin = [0];
    const open = [0]; // the nodes that last, outermost first; as long as `shown` is deep
    let shown = 0;
    let now = 0;
    for (const [node, samples] of tree.runs()) {
      const path = [];
      let meets = node;
      while (tree.depth[meets] > tree.depth[shown]) {
        path.push(meets);
        meets = tree.parent[meets];
      }
      while (tree.depth[shown] > tree.depth[meets]) {
        shown = tree.parent[shown];
      }
      while (meets !== shown) {
        path.push(meets);
        meets = tree.parent[meets];
        shown = tree.parent[shown];
      }
      open.length = tree.depth[shown] + 1;
      while (path.length) {
        const opened = path.pop();
        open.push(frame.length);
        frame.push(tree.frame[opened]);
        depth.push(tree.depth[opened]);
        self.push(0);
        x.push(now);
        origin.push(opened);
      }
      self[open[open.length - 1]] += samples;
      now += samples;
      shown = node;
    }
    const { blank, completed } = agentperf.flameTree;
    const timed = blank(frame.length);
    timed.frame.set(frame);
    timed.depth.set(depth);
    timed.self.set(self);
    completed(timed);
    timed.origin = Int32Array.from(origin);
    return { ...timed, x: Float64Array.from(x), placed: new Uint8Array(timed.count).fill(1) };
  }

  // The node at that depth and so many samples from the left edge, under `from`; -1 where there is none.
  function nodeAt(picture, from, depth, moment) {
    const { end, x, total } = picture;
    let node = from;
    reach(picture, from);
    while (picture.depth[node] < depth) {
      place(picture, node);
      let child = node + 1;
      while (child < end[node] && !(moment >= x[child] && moment < x[child] + total[child])) {
        child = end[child];
      }
      if (child >= end[node]) {
        return -1;
      }
      node = child;
    }
    return node;
  }

  // The children of a node that have any width, from left to right.
  function childrenOf(picture, node) {
    const children = [];
    reach(picture, node);
    place(picture, node);
    for (let child = node + 1; child < picture.end[node]; child = picture.end[child]) {
      if (picture.total[child] > 0) {
        children.push(child);
      }
    }
    return children.sort((one, other) => picture.x[one] - picture.x[other]);
  }

  agentperf.flameLayout = { leftHeavy, byTime, place, reach, nodeAt, childrenOf };
})((globalThis.agentperf ??= {}));
