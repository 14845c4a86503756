// Brings the page to life: everything is readable before this runs.
(function (agentperf) {
  "use strict";

  function data(id) {
    const holder = document.getElementById(id);
    return holder === null ? null : JSON.parse(holder.textContent);
  }

  document.documentElement.classList.add("has-scripts");

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    agentperf.tableSort.mount(table);
  }

  for (const form of document.querySelectorAll("form[data-filters]")) {
    agentperf.combinationFilter.mount(form, document.getElementById(form.dataset.filters));
  }

  const timelines = data("timeline-data");
  if (timelines !== null) {
    agentperf.timeline.mount(document.getElementById("timeline"), timelines);
  }

  const profiles = data("profile-data");
  if (profiles !== null) {
    agentperf.flameGraph.mount(document.getElementById("flame-graphs"), profiles);
  }
})((globalThis.agentperf ??= {}));
