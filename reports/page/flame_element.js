// Makes elements; their text is text, whatever is in it.
(function (agentperf) {
  "use strict";

  function element(kind, text = "", className = "") {
    const made = document.createElement(kind);
    made.textContent = text;
    made.className = className;
    return made;
  }

  agentperf.flameElement = { element };
})((globalThis.agentperf ??= {}));
