// The functions beside the picture, as a table: sortable, the first fifty until all are asked for.
(function (agentperf) {
  "use strict";

  const AT_FIRST = 50;
  const COLUMNS = [
    { name: "function", words: "Function" },
    { name: "concern", words: "Concern" },
    { name: "total", words: "Total", number: true },
    { name: "self", words: "Self", number: true },
    { name: "samples", words: "Samples", number: true },
    { name: "change", words: "Change of self", number: true, difference: true },
    { name: "totalChange", words: "Change of total", number: true, difference: true },
  ];

  class FunctionTable {
    // `table` is an empty table element, `more` the button that shows all, `pick` is called with a frame.
    constructor(table, more, pick) {
      this.table = table;
      this.more = more;
      this.pick = pick;
      this.column = "self";
      this.descending = true;
      this.all = false;
      this.cells = [];
      this.difference = false;
      this.rest = agentperf.flameElement.element("p", "", "flame-rest"); // for paper, on which no button is
      more.after(this.rest);
      more.addEventListener("click", () => {
        this.all = true;
        this.fill();
        this.body.rows[AT_FIRST].querySelector("button").focus({ preventScroll: true });
      });
    }

    // `cells` are flameFunctions.cellsOf's, `caption` says what they are of.
    show(cells, difference, caption) {
      const { element } = agentperf.flameElement;
      // a table that is made anew would lose the keyboard's place in it
      const held = this.table.contains(document.activeElement) ? document.activeElement.textContent : null;
      this.cells = cells;
      if (this.difference !== difference) {
        this.column = difference ? "change" : "self";
        this.descending = true;
      }
      this.difference = difference;
      this.all = false;
      this.table.classList.toggle("flame-compared", difference);
      const head = element("thead");
      const row = head.appendChild(element("tr"));
      this.columns = COLUMNS.filter((column) => difference || !column.difference);
      for (const column of this.columns) {
        row.appendChild(this.heading(column));
      }
      this.body = element("tbody");
      this.table.replaceChildren(element("caption", caption), head, this.body);
      this.fill();
      if (held !== null) {
        const buttons = Array.from(this.table.querySelectorAll("button"));
        buttons.find((button) => button.textContent === held)?.focus({ preventScroll: true });
      }
    }

    heading(column) {
      const { element } = agentperf.flameElement;
      const cell = element("th", "", column.number ? `flame-number flame-${column.name}` : "");
      cell.scope = "col";
      const button = cell.appendChild(element("button", column.words));
      button.type = "button";
      button.addEventListener("click", () => {
        this.descending = this.column === column.name ? !this.descending : Boolean(column.number);
        this.column = column.name;
        this.fill();
      });
      return cell;
    }

    fill() {
      const { element } = agentperf.flameElement;
      agentperf.flameFunctions.sorted(this.cells, this.column, this.descending);
      if (this.column === "change" || this.column === "totalChange") {
        this.largestChangesFirst();
      }
      this.columns.forEach((column, place) => {
        const cell = this.table.tHead.rows[0].cells[place];
        if (column.name === this.column) {
          cell.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
        } else {
          cell.removeAttribute("aria-sort");
        }
      });
      const shown = this.all ? this.cells : this.cells.slice(0, AT_FIRST);
      this.body.replaceChildren(...shown.map((cells) => this.row(cells)));
      if (!shown.length) {
        const cell = this.body.appendChild(element("tr")).appendChild(element("td", "No function matches."));
        cell.colSpan = this.columns.length;
      }
      this.more.hidden = shown.length === this.cells.length;
      this.more.textContent = `Show all ${this.cells.length} functions`;
      this.rest.textContent = this.more.hidden
        ? ""
        : `${this.cells.length - shown.length} more functions: the page shows them in a browser.`;
    }

    // Sorted by a change, what changed most comes first, whichever way; ascending, what changed least.
    largestChangesFirst() {
      const sign = this.descending ? -1 : 1;
      this.cells.sort((one, other) => sign * (Math.abs(one[this.column]) - Math.abs(other[this.column])));
    }

    row(cells) {
      const { element } = agentperf.flameElement;
      const { percent, signed, samples, visible, place } = agentperf.flameWords;
      const row = element("tr");
      for (const column of this.columns) {
        if (column.name === "function") {
          const cell = row.appendChild(element("th", "", "flame-function"));
          cell.scope = "row";
          const name = visible(cells.function);
          const button = cell.appendChild(element("button", name));
          button.type = "button";
          button.title = `${name}: search for it`;
          button.addEventListener("click", () => this.pick(cells.frame));
          cell.appendChild(document.createTextNode(" "));
          cell.appendChild(element("span", place(cells.file, cells.line), "flame-place"));
        } else if (column.name === "concern") {
          row.appendChild(element("td", cells.concern));
        } else if (column.difference) {
          const change = row.appendChild(element("td", signed(cells[column.name]), "flame-number"));
          const sure = cells.sure[column.name];
          change.classList.toggle("flame-less", sure && change.textContent.startsWith("−"));
          change.classList.toggle("flame-more", sure && change.textContent.startsWith("+"));
        } else if (column.name === "samples") {
          row.appendChild(element("td", samples(cells.samples).split(" ")[0], "flame-number flame-samples"));
        } else {
          const name = `flame-number flame-${column.name}`;
          row.appendChild(element("td", percent(cells[column.name]), name));
        }
      }
      return row;
    }
  }

  agentperf.flameTable = { FunctionTable };
})((globalThis.agentperf ??= {}));
