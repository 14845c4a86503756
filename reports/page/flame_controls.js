// The choices above the picture: radio buttons that look like switches, and lists.
(function (agentperf) {
  "use strict";

  let groups = 0;

  // Fills a fieldset with one radio button for each of [[value, words], …]; `chosen` is called with a value.
  // Returns {show(value, hidden), allow(value, allowed)}.
  function choice(fieldset, options, chosen) {
    const { element } = agentperf.flameElement;
    const name = `flame-choice-${++groups}`;
    const buttons = new Map();
    const strip = fieldset.appendChild(element("div", "", "flame-strip"));
    for (const [value, words] of options) {
      const label = strip.appendChild(element("label"));
      const button = label.appendChild(element("input"));
      button.type = "radio";
      button.name = name;
      button.value = value;
      label.appendChild(element("span", words));
      button.addEventListener("change", () => chosen(value));
      buttons.set(value, button);
    }
    return {
      show(value, hidden = false) {
        fieldset.hidden = hidden;
        for (const [each, button] of buttons) {
          button.checked = each === value;
        }
      },
      allow(value, allowed) {
        buttons.get(value).disabled = !allowed;
      },
    };
  }

  // A select element of [[value, words], …], filled anew by show.
  function list(select, chosen) {
    const { element } = agentperf.flameElement;
    select.addEventListener("change", () => chosen(select.value));
    return {
      show(value, options) {
        select.replaceChildren(
          ...options.map(([each, words]) => {
            const option = element("option", words);
            option.value = each;
            return option;
          }),
        );
        select.value = value;
      },
    };
  }

  agentperf.flameControls = { choice, list };
})((globalThis.agentperf ??= {}));
