// Which nodes of two profiles are the same: one union of both trees, and where in it each node stands.
(function (agentperf) {
  "use strict";

  // Of a union's node: where the other profile has its function. THERE: at the same path. MOVED: elsewhere, but
  // compared with it there, being an agent or what calls it. ELSEWHERE: at other paths only. NOWHERE: not at all.
  const Met = Object.freeze({ NOWHERE: 0, ELSEWHERE: 1, MOVED: 2, THERE: 3 });
  const AGENT = "invoke_agent "; // begins the names of an agent's frames; a function's own has no space in it

  // {union, newNodes, oldNodes, met}: the union's node of each of the trees' (-1: an old caller that nothing is
  // left of), and a Met of each of the union's. Nodes are the same where their paths of keys are. An agent is
  // the same wherever it is called from: its widest place in the new tree, where the old one has no such path,
  // stands for the widest in the old one, and callers directly above that both have move along; old places
  // that the new tree has not join it. `keys` are below `keyCount`. Linear in the nodes of both.
  function matched(newTree, oldTree, frames, newKeys, oldKeys, keyCount) {
    const union = new Union(keyCount);
    const newNodes = union.add(newTree, newKeys);
    const count = union.count;
    const isAgent = Uint8Array.from(frames, ([name, file]) => (file && name.startsWith(AGENT) ? 1 : 0));
    const widest = widestPlaces(newTree, newNodes, newKeys, isAgent);
    const oldWidest = widestPlaces(oldTree, null, oldKeys, isAgent);
    const twins = widest.size && oldWidest.size ? twinsOf(union, oldTree, oldKeys) : null;
    const moves = twins ? movesOf(union, widest, oldWidest, oldTree, oldKeys, twins, isAgent) : null;
    const [oldNodes, met] = moves
      ? placed(union, oldTree, oldKeys, { isAgent, widest, twins, moves })
      : inPlace(union, oldTree, oldKeys);
    return { union, newNodes, oldNodes, met: named(union, count, met, newKeys, oldKeys) };
  }

  // Nodes in the order in which they were met.
  class Union {
    constructor(keyCount) {
      this.keyCount = keyCount;
      this.numbers = new Map();
      this.key = [-1];
      this.frame = [-1];
      this.depth = [0];
      this.parent = [-1];
      this.count = 1;
    }

    childOf(parent, key) {
      return this.numbers.get(parent * this.keyCount + key);
    }

    // The child of a node with that key, made where there is none.
    child(parent, key, frame) {
      const place = parent * this.keyCount + key;
      let number = this.numbers.get(place);
      if (number === undefined) {
        number = this.count++;
        this.numbers.set(place, number);
        this.key.push(key);
        this.frame.push(frame);
        this.depth.push(this.depth[parent] + 1);
        this.parent.push(parent);
      }
      return number;
    }

    // The union's node of each of the tree's, by their paths.
    add(tree, keys) {
      const nodes = new Int32Array(tree.count);
      for (let node = 1; node < tree.count; node++) {
        nodes[node] = this.child(nodes[tree.parent[node]], keys[node], tree.frame[node]);
      }
      return nodes;
    }

    // The place of each node in preorder. A parent has a smaller number than its children.
    preorder() {
      const size = new Int32Array(this.count).fill(1);
      for (let node = this.count - 1; node > 0; node--) {
        size[this.parent[node]] += size[node];
      }
      const place = new Int32Array(this.count);
      const next = new Int32Array(this.count).fill(1);
      for (let node = 1; node < this.count; node++) {
        const parent = this.parent[node];
        place[node] = place[parent] + next[parent];
        next[parent] += size[node];
      }
      return place;
    }
  }

  // The node of each agent's largest total, by key; `nodes` says which of the tree's are one.
  function widestPlaces(tree, nodes, keys, isAgent) {
    const totals = new Map();
    const widest = new Map();
    for (let node = 1; node < tree.count; node++) {
      if (isAgent[tree.frame[node]]) {
        const place = nodes ? nodes[node] : node;
        const total = (totals.get(place) ?? 0) + tree.total[node];
        totals.set(place, total);
        const most = widest.get(keys[node]);
        if (most === undefined || total > totals.get(most)) {
          widest.set(keys[node], place);
        }
      }
    }
    return widest;
  }

  // The union's node at the path of each of the tree's, or -1.
  function twinsOf(union, tree, keys) {
    const twins = new Int32Array(tree.count);
    for (let node = 1; node < tree.count; node++) {
      const above = twins[tree.parent[node]];
      twins[node] = above < 0 ? -1 : (union.childOf(above, keys[node]) ?? -1);
    }
    return twins;
  }

  // Where the widest places of agents go that the new tree calls from elsewhere, and callers with them: the
  // union's node of the old tree's, 0 where it stays.
  function movesOf(union, widest, oldWidest, oldTree, oldKeys, twins, isAgent) {
    const moves = new Int32Array(oldTree.count);
    const onPath = new Set(twins.filter((_, node) => node && isAgent[oldTree.frame[node]]));
    for (const [key, from] of oldWidest) {
      const to = widest.get(key);
      if (to === undefined || onPath.has(to)) {
        continue;
      }
      moves[from] = to;
      let caller = oldTree.parent[from];
      let above = union.parent[to];
      while (
        caller > 0 &&
        !moves[caller] &&
        twins[caller] < 0 &&
        oldKeys[caller] === union.key[above] &&
        !isAgent[oldTree.frame[caller]]
      ) {
        moves[caller] = above;
        caller = oldTree.parent[caller];
        above = union.parent[above];
      }
    }
    return moves;
  }

  // [the union's node of each old one, a Met for each of these] where all stand at their own paths.
  function inPlace(union, tree, keys) {
    const nodes = union.add(tree, keys);
    const met = new Uint8Array(union.count);
    nodes.forEach((node) => (met[node] = Met.THERE));
    return [nodes, met];
  }

  // The same where agents move. A caller is put into the union when samples that stay are met in or below it.
  function placed(union, tree, keys, { isAgent, widest, twins, moves }) {
    const nodes = new Int32Array(tree.count);
    const moved = new Uint8Array(tree.count);
    const waiting = [];
    for (let node = 1; node < tree.count; node++) {
      const above = nodes[tree.parent[node]];
      let place = moves[node];
      if (place) {
        moved[node] = 1;
      } else if (above >= 0) {
        const straight = above === twins[tree.parent[node]] && twins[node] >= 0;
        place = straight ? twins[node] : (union.childOf(above, keys[node]) ?? -1);
      } else {
        place = -1;
      }
      if (place < 0 && isAgent[tree.frame[node]] && widest.has(keys[node])) {
        place = widest.get(keys[node]);
        moved[node] = 1;
      }
      nodes[node] = place;
      if (place < 0 && tree.self[node] > 0) {
        for (let at = node; nodes[at] < 0; at = tree.parent[at]) {
          waiting.push(at);
        }
        while (waiting.length) {
          const at = waiting.pop();
          nodes[at] = union.child(nodes[tree.parent[at]], keys[at], tree.frame[at]);
        }
      }
    }
    const met = new Uint8Array(union.count);
    for (let node = 0; node < tree.count; node++) {
      if (nodes[node] >= 0) {
        met[nodes[node]] = Math.max(met[nodes[node]], moved[node] ? Met.MOVED : Met.THERE);
      }
    }
    return [nodes, met];
  }

  // The first `count` nodes are the new profile's: what the old one has not there it may have elsewhere. The
  // others are what vanished: their `met` is about the new profile.
  function named(union, count, met, newKeys, oldKeys) {
    const [inNew, inOld] = [newKeys, oldKeys].map((keys) => {
      const there = new Uint8Array(union.keyCount);
      for (let node = 1; node < keys.length; node++) {
        there[keys[node]] = 1;
      }
      return there;
    });
    for (let node = 1; node < union.count; node++) {
      if (node >= count) {
        met[node] = inNew[union.key[node]] ? Met.ELSEWHERE : Met.NOWHERE;
      } else if (!met[node]) {
        met[node] = inOld[union.key[node]] ? Met.ELSEWHERE : Met.NOWHERE;
      }
    }
    return met;
  }

  agentperf.flameMatching = { Met, matched };
})((globalThis.agentperf ??= {}));
