// The functions of a tree, for the table: every call of each added up.
(function (agentperf) {
  "use strict";

  // One row for each group of frames met under `from`: {frame, total, self, totalBefore, selfBefore}, in
  // samples; a total counts a function that calls itself once. `groups` gives each frame's group (null: each
  // is its own), `before` is the old profile's {self, total} over the same nodes, or null.
  function functionsOf(tree, groups, before, from = 0) {
    const rows = new Map();
    for (let node = Math.max(1, from); node < tree.end[from]; node++) {
      if (!(tree.total[node] > 0 || before?.total[node] > 0)) {
        continue;
      }
      const frame = tree.frame[node];
      const group = groups ? groups[frame] : frame;
      let row = rows.get(group);
      if (!row) {
        row = { frame, total: 0, self: 0, totalBefore: 0, selfBefore: 0, counted: 0 };
        rows.set(group, row);
      }
      row.self += tree.self[node];
      if (before) {
        row.selfBefore += before.self[node];
      }
      if (node >= row.counted) {
        row.counted = tree.end[node];
        row.total += tree.total[node];
        if (before) {
          row.totalBefore += before.total[node];
        }
      }
    }
    return [...rows.values()];
  }

  // What stands in each column and is sorted by: {function, concern, total, self, samples, change,
  // totalChange}; `sure` says which changes are more than chance. `weights` is the scene's.
  function cellsOf(rows, frames, concerns, weights, matches) {
    const { withinChance } = agentperf.flameDifference;
    const shown = matches ? rows.filter((row) => matches[row.frame]) : rows;
    return shown.map((row) => {
      const [name, file, line, concern] = frames[row.frame];
      return {
        frame: row.frame,
        function: name,
        file,
        line,
        concern: concerns[concern] ?? "",
        total: row.total * weights.now,
        self: row.self * weights.now,
        samples: row.self * weights.samples,
        change: row.self * weights.now - row.selfBefore * (weights.before ?? 0),
        totalChange: row.total * weights.now - row.totalBefore * (weights.before ?? 0),
        sure: weights.before !== undefined && {
          change: !withinChance(row.self, row.selfBefore, weights),
          totalChange: !withinChance(row.total, row.totalBefore, weights),
        },
      };
    });
  }

  // Sorted in place by one column; ties by self share, then by name, so that the order is always the same.
  function sorted(cells, column, descending) {
    const sign = descending ? -1 : 1;
    return cells.sort(
      (one, other) =>
        sign * compared(one[column], other[column]) ||
        other.self - one.self ||
        compared(one.function, other.function) ||
        compared(one.file, other.file) ||
        one.frame - other.frame,
    );
  }

  function compared(one, other) {
    return one < other ? -1 : one > other ? 1 : 0;
  }

  agentperf.flameFunctions = { functionsOf, cellsOf, sorted };
})((globalThis.agentperf ??= {}));
