// A call tree as columns: one typed array for each property, nodes in preorder, node 0 the root.
(function (agentperf) {
  "use strict";

  // Of {nodes, runs, columns} as tree_columns.py packs them. Rejects where it is none of that.
  async function decoded({ nodes, runs, columns }) {
    const buffer = await agentperf.packedData.inflated(columns);
    if (!(nodes > 0) || buffer.byteLength !== 16 * nodes + 12 * runs) {
      throw new RangeError("its columns are not as long as it says");
    }
    let at = 0;
    const column = (Kind, length) => {
      const numbers = new Kind(buffer, at, length);
      at += numbers.byteLength;
      return numbers;
    };
    const self = column(Float64Array, nodes);
    const samples = column(Float64Array, runs);
    const frame = column(Int32Array, nodes);
    const depth = column(Int32Array, nodes);
    const ends = column(Int32Array, runs);
    const inTime = () => Array.from(ends, (node, place) => [node, samples[place]]);
    return completed({ ...shaped(frame, depth, self), runs: inTime });
  }

  // Of {frame, depth, self, runs}; the runs may be a function that gives them. `end[n]` is the node behind the
  // last descendant of n; `origin[n]` the node of the profile's own tree that n shows, null where it is n.
  function built({ frame, depth, self, runs }) {
    const count = Math.max(1, frame.length);
    const tree = blank(count);
    if (frame.length) {
      tree.frame.set(frame);
      tree.depth.set(depth);
      tree.self.set(self);
    } else {
      tree.frame[0] = -1;
    }
    tree.runs = typeof runs === "function" ? runs : () => runs ?? [];
    return completed(tree);
  }

  function blank(count) {
    return shaped(new Int32Array(count), new Int32Array(count), new Float64Array(count));
  }

  function shaped(frame, depth, self) {
    const count = frame.length;
    return {
      count,
      frame,
      depth,
      parent: new Int32Array(count),
      end: new Int32Array(count),
      self,
      total: new Float64Array(count),
      origin: null,
      runs: () => [],
    };
  }

  // Fills in parent, end and total from the depths and the samples that end in each node.
  function completed(tree) {
    const { count, depth, parent, end, self, total } = tree;
    const open = new Int32Array(count);
    parent[0] = -1;
    for (let node = 1; node < count; node++) {
      const row = depth[node];
      parent[node] = open[row - 1];
      open[row] = node;
    }
    total.set(self);
    for (let node = count - 1; node > 0; node--) {
      const above = parent[node];
      total[above] += total[node];
      end[node] ||= node + 1;
      end[above] ||= end[node]; // the last child comes first
    }
    end[0] ||= 1;
    return tree;
  }

  // The frames from the root's child down to the node: what names a node in a link, and in another profile.
  function pathTo(tree, node) {
    const path = [];
    for (let at = node; at > 0; at = tree.parent[at]) {
      path.push(tree.frame[at]);
    }
    return path.reverse();
  }

  // The node of that path, or the deepest there is on the way. `same` says whether two frames are the same.
  function nodeOf(tree, path, same = (one, other) => one === other) {
    let node = 0;
    for (const frame of path) {
      let child = node + 1;
      while (child < tree.end[node] && !same(tree.frame[child], frame)) {
        child = tree.end[child];
      }
      if (child >= tree.end[node]) {
        return node;
      }
      node = child;
    }
    return node;
  }

  // A number for each frame; frames of one function in one file share it, whatever their concern.
  function keysOf(frames) {
    const numbers = new Map();
    return Int32Array.from(frames, ([name, file]) => {
      const key = `${file}\n${name}`;
      if (!numbers.has(key)) {
        numbers.set(key, numbers.size);
      }
      return numbers.get(key);
    });
  }

  agentperf.flameTree = { decoded, built, blank, completed, pathTo, nodeOf, keysOf };
})((globalThis.agentperf ??= {}));
