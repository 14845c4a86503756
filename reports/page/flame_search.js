// Which frames a text is found in, and what share of a tree they take.
(function (agentperf) {
  "use strict";

  // A one for each frame whose function or file holds the text, whatever the case; null for no text.
  function matchesOf(frames, text) {
    const sought = text.trim().toLowerCase();
    if (!sought) {
      return null;
    }
    return Uint8Array.from(frames, ([name, file]) =>
      name.toLowerCase().includes(sought) || file.toLowerCase().includes(sought) ? 1 : 0,
    );
  }

  // {total, functions}: the samples under `from` that have a match anywhere in their stack, each once however
  // often it matches, and how many functions match there.
  function found(tree, matches, from = 0) {
    const { frame, end, total } = tree;
    const functions = new Set();
    let sum = 0;
    let counted = from; // up to where a match further out has been counted
    for (let node = from; node < end[from]; node++) {
      if (total[node] > 0 && matches[frame[node]]) {
        functions.add(frame[node]);
        if (node >= counted) {
          sum += total[node];
          counted = end[node];
        }
      }
    }
    return { total: sum, functions: functions.size };
  }

  // How many matching nodes stand before each, and behind the last how many there are.
  function sumsOf({ count, frame }, matches) {
    const sums = new Int32Array(count + 1);
    for (let node = 0; node < count; node++) {
      sums[node + 1] = sums[node] + (frame[node] < 0 ? 0 : matches[frame[node]]);
    }
    return sums;
  }

  agentperf.flameSearch = { matchesOf, found, sumsOf };
})((globalThis.agentperf ??= {}));
