// Two profiles of one mode as one tree, and how sure their differences are.
(function (agentperf) {
  "use strict";

  const Scale = Object.freeze({ SHARES: "shares", MEASURED: "measured" });
  const CHANCE = 3.5; // standard errors within which a change may be luck: as SURE_ERRORS of profilers/difference.py

  // {tree, before, met, old, keys}: `tree` holds the nodes of both, its self, total and runs are the new
  // profile's, `before` {self, total} are the old one's where it is compared, `met` is flameMatching's Met of
  // each; `old()` is the old profile's own tree. `frames` is the page's table, `keys` its flameTree.keysOf.
  function merged(newTree, oldTree, frames, keys) {
    const [lifted, liftedOld] = level(newTree, oldTree, frames);
    const [newKeys, oldKeys] = [lifted, liftedOld].map((tree) =>
      Float64Array.from(tree.frame, (f) => keys[f] ?? -1),
    );
    matchThreads(lifted, liftedOld, frames, newKeys, oldKeys, keys.length);
    const most = 2 * keys.length + lifted.count + liftedOld.count;
    const { matched } = agentperf.flameMatching;
    const { union, newNodes, oldNodes, met } = matched(lifted, liftedOld, frames, newKeys, oldKeys, most);
    const order = union.preorder();
    const { blank, completed } = agentperf.flameTree;
    const tree = blank(union.count);
    const before = blank(union.count);
    const metInOrder = new Uint8Array(union.count);
    for (let node = 0; node < union.count; node++) {
      tree.frame[order[node]] = union.frame[node];
      tree.depth[order[node]] = before.depth[order[node]] = union.depth[node];
      metInOrder[order[node]] = met[node];
    }
    newNodes.forEach((node, place) => (tree.self[order[node]] += lifted.self[place]));
    oldNodes.forEach((node, place) => {
      if (node >= 0) {
        before.self[order[node]] += liftedOld.self[place];
      }
    });
    completed(tree);
    completed(before);
    tree.runs = () => lifted.runs().map(([node, samples]) => [order[newNodes[node]], samples]);
    const old = () => {
      const named = liftedOld.frame.map((frame, node) =>
        oldNodes[node] > 0 ? union.frame[oldNodes[node]] : frame,
      );
      return { ...liftedOld, frame: named };
    };
    return { tree, before, met: metInOrder, old, keys };
  }

  // flameFunctions.functionsOf of both profiles. A caller's old total under a zoom is of what is compared with
  // it; of all it is what the old profile says, whichever agents it calls no more.
  function functionsOf({ tree, before, old }, groups, from) {
    const { functionsOf: rowsOf } = agentperf.flameFunctions;
    if (from > 0) {
      return rowsOf(tree, groups, before, from);
    }
    const rows = new Map(rowsOf(tree, groups, null).map((row) => [groups[row.frame], row]));
    for (const { frame, total, self } of rowsOf(old(), groups, null)) {
      const row = rows.get(groups[frame]) ?? { frame, total: 0, self: 0 };
      rows.set(groups[frame], { ...row, totalBefore: total, selfBefore: self });
    }
    return [...rows.values()];
  }

  // The top frames where they are threads rather than functions.
  function threads(tree, frames) {
    const tops = [];
    for (let node = 1; node < tree.count; node = tree.end[node]) {
      const [, file, line] = frames[tree.frame[node]] ?? ["", "?", 0];
      if (file || line) {
        return [];
      }
      tops.push(node);
    }
    return tops.length > 1 ? tops : [];
  }

  // Where one profile has several threads and the other one alone, that one gets a thread on top too.
  function level(newTree, oldTree, frames) {
    const [newThreads, oldThreads] = [threads(newTree, frames), threads(oldTree, frames)];
    if (newThreads.length && !oldThreads.length && oldTree.count > 1) {
      return [newTree, under(oldTree, newTree.frame[mainOf(newTree, newThreads, frames)])];
    }
    if (oldThreads.length && !newThreads.length && newTree.count > 1) {
      return [under(newTree, oldTree.frame[mainOf(oldTree, oldThreads, frames)]), oldTree];
    }
    return [newTree, oldTree];
  }

  function mainOf(tree, tops, frames) {
    const named = tops.find((node) => /main ?thread/i.test(frames[tree.frame[node]][0]));
    return named ?? tops.reduce((one, other) => (tree.total[other] > tree.total[one] ? other : one));
  }

  function under(tree, frame) {
    const { blank, completed } = agentperf.flameTree;
    const lifted = blank(tree.count + 1);
    lifted.frame.set(tree.frame.subarray(1), 2);
    lifted.frame[0] = -1;
    lifted.frame[1] = frame;
    lifted.self.set(tree.self, 1);
    lifted.depth.set(tree.depth, 1);
    for (let node = 1; node < lifted.count; node++) {
      lifted.depth[node]++;
    }
    lifted.runs = () => tree.runs().map(([node, samples]) => [node + 1, samples]);
    return completed(lifted);
  }

  // A thread that has no namesake is paired with one whose name differs in numbers only.
  function matchThreads(newTree, oldTree, frames, newKeys, oldKeys, fresh) {
    const newThreads = threads(newTree, frames);
    const taken = new Set(newThreads.map((node) => newKeys[node]));
    const free = threads(oldTree, frames).filter((node) => !taken.has(oldKeys[node]));
    const olds = new Set(threads(oldTree, frames).map((node) => oldKeys[node]));
    for (const node of newThreads.filter((each) => !olds.has(newKeys[each]))) {
      const name = nameWithoutIds(frames[newTree.frame[node]][0]);
      const place = free.findIndex((each) => nameWithoutIds(frames[oldTree.frame[each]][0]) === name);
      if (place >= 0) {
        const [twin] = free.splice(place, 1);
        newKeys[node] = oldKeys[twin] = fresh++;
      }
    }
  }

  function nameWithoutIds(name) {
    return name.replace(/0x[0-9a-f]+|\d+/gi, "#");
  }

  // What a tree's unit is as a share of the old profile: {now, before}, and how many samples it is. Either
  // both profiles are stretched to the same length, or each to the time that was measured without a profiler.
  function factors(difference, scale, newProfile, oldProfile) {
    const { tree, before } = difference;
    const grown = scale === Scale.MEASURED ? newProfile.measuredSeconds / oldProfile.measuredSeconds : 1;
    return {
      now: tree.total[0] > 0 ? grown / tree.total[0] : 0,
      samples: tree.total[0] > 0 ? newProfile.samples / tree.total[0] : 0,
      before: before.total[0] > 0 ? 1 / before.total[0] : 0,
      newSamples: newProfile.samples,
      oldSamples: oldProfile.samples,
      newWeight: tree.total[0],
      oldWeight: before.total[0],
    };
  }

  function canMeasure(newProfile, oldProfile) {
    return newProfile.measuredSeconds > 0 && oldProfile.measuredSeconds > 0;
  }

  // Whether sampling alone may well give such a change: within CHANCE standard errors of two binomial shares,
  // each moved towards a half by one sample, since no sample at all is no certainty either.
  function withinChance(now, before, weights) {
    const change = now * weights.now - before * weights.before;
    const error = Math.hypot(
      standardError(now / (weights.newWeight || 1), weights.newSamples) * weights.now * weights.newWeight,
      standardError(before / (weights.oldWeight || 1), weights.oldSamples) *
        weights.before *
        weights.oldWeight,
    );
    return Math.abs(change) <= CHANCE * error;
  }

  function standardError(share, samples) {
    const moved = (share * samples + 1) / (samples + 2);
    return Math.sqrt((moved * (1 - moved)) / (samples + 2));
  }

  // The old profile where the new one has nothing that stands for it: only what leads there, as wide as what
  // vanished.
  function vanished({ tree, before }) {
    const { blank, completed } = agentperf.flameTree;
    const gone = Float64Array.from(before.self, (samples, node) => (tree.total[node] > 0 ? 0 : samples));
    const all = completed({ ...blank(tree.count), depth: tree.depth, self: gone, frame: tree.frame });
    const kept = [];
    for (let node = 0; node < tree.count; node++) {
      if (node === 0 || all.total[node] > 0) {
        kept.push(node);
      }
    }
    const small = blank(kept.length);
    kept.forEach((node, place) => {
      small.frame[place] = tree.frame[node];
      small.depth[place] = tree.depth[node];
      small.self[place] = gone[node];
    });
    return { ...completed(small), origin: Int32Array.from(kept) };
  }

  // Of the old profile's samples: the shares that ended in what vanished, and of these in functions that the
  // new profile has elsewhere.
  function vanishedShares({ tree, before, met }) {
    let [gone, elsewhere] = [0, 0];
    for (let node = 1; node < tree.count; node++) {
      if (!(tree.total[node] > 0)) {
        gone += before.self[node];
        elsewhere += met[node] === agentperf.flameMatching.Met.ELSEWHERE ? before.self[node] : 0;
      }
    }
    const all = before.total[0] || 1;
    return { gone: gone / all, elsewhere: elsewhere / all };
  }

  agentperf.flameDifference = {
    Scale,
    merged,
    functionsOf,
    factors,
    canMeasure,
    withinChance,
    vanished,
    vanishedShares,
  };
})((globalThis.agentperf ??= {}));
