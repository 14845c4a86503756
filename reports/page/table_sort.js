// Tables that are sorted by a click on a heading: by number where there is one, else by words.
(function (agentperf) {
  "use strict";

  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  // What a cell is sorted by: {number}, {text}, or null where it is empty. `value` is its data-value, which
  // is an exact number, or undefined where it has none.
  function sortKey(value, text) {
    const written = value === undefined ? text : value;
    const trimmed = written.trim();
    if (trimmed === "" || (value === undefined && trimmed === "n/a")) {
      return null;
    }
    const number = Number(trimmed.replace(/(?<=\d),(?=\d{3})/g, "").replace(/\s*%$/, ""));
    return Number.isNaN(number) ? { text: trimmed } : { number };
  }

  // Numbers before words, and nothing last whatever the direction.
  function compare(a, b, direction) {
    if (a === null || b === null) {
      return (a === null) - (b === null);
    }
    if ("number" in a && "number" in b) {
      return direction * (a.number - b.number);
    }
    if ("number" in a || "number" in b) {
      return "number" in a ? -1 : 1;
    }
    return direction * collator.compare(a.text, b.text);
  }

  // The places of `keys` in their new order; equal ones keep theirs.
  function order(keys, direction) {
    return keys.map((_, place) => place).sort((a, b) => compare(keys[a], keys[b], direction) || a - b);
  }

  // A first click shows what is largest; of words, what is first.
  function nextDirection(current, keys) {
    if (current === "descending") {
      return 1;
    }
    if (current === "ascending") {
      return -1;
    }
    return keys.some((key) => key !== null && "number" in key) ? -1 : 1;
  }

  function sortBy(table, heading) {
    const column = heading.cellIndex;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const keys = rows.map((row) => {
      const cell = row.cells[column];
      return cell === undefined ? null : sortKey(cell.dataset.value, cell.textContent);
    });
    const direction = nextDirection(heading.getAttribute("aria-sort"), keys);
    body.append(...order(keys, direction).map((place) => rows[place]));
    for (const other of table.tHead.querySelectorAll("th")) {
      other.setAttribute("aria-sort", "none");
    }
    heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  }

  function mount(table) {
    for (const heading of table.tHead.querySelectorAll("th")) {
      const button = heading.ownerDocument.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sortBy(table, heading));
    }
  }

  agentperf.tableSort = { sortKey, compare, order, nextDirection, mount };
})((globalThis.agentperf ??= {}));
