// The combinations in which every switch is as it was asked for: on, off, or either.
(function (agentperf) {
  "use strict";

  // `on` is a row's "0110"; `wishes` is "any", "on" or "off" for each switch.
  function matches(on, wishes) {
    return wishes.every((wish, place) => wish === "any" || (wish === "on") === (on[place] === "1"));
  }

  function mount(form, table) {
    const rows = Array.from(table.tBodies[0].rows);
    const output = form.querySelector("output");

    function wishes() {
      return Array.from(form.querySelectorAll("input:checked"), (input) => input.value);
    }

    function apply() {
      const asked = wishes();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !matches(row.dataset.on, asked);
        if (!row.hidden) {
          shown += 1;
        }
      }
      output.textContent = `${shown} of ${rows.length} shown`;
    }

    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply)); // when the browser has reset the choices
    apply(); // a reloaded page keeps its choices
  }

  agentperf.combinationFilter = { matches, mount };
})((globalThis.agentperf ??= {}));
