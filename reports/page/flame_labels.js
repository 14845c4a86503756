// Cuts labels to the width of their rectangles.
(function (agentperf) {
  "use strict";

  const LONGEST = 400; // characters that are looked at: no rectangle is wider

  const widths = new Map(); // of characters, by font

  // A function (text, pixels) → the text, its middle or end elided where it is too wide, "" where no three
  // characters fit. Widths of characters are added up, which is quicker than to measure each text.
  function fitter(context) {
    const known = widths.get(context.font) ?? new Map();
    widths.set(context.font, known);
    const widthOf = (character) => {
      let width = known.get(character);
      if (width === undefined) {
        width = context.measureText(character).width;
        known.set(character, width);
      }
      return width;
    };
    const dots = widthOf("…");
    return (text, pixels) => {
      const characters = Array.from(text.slice(0, LONGEST));
      const sizes = characters.map(widthOf);
      let sum = sizes.reduce((one, other) => one + other, 0);
      if (sum <= pixels && text.length <= LONGEST) {
        return text;
      }
      // the middle goes, a short label keeps its beginning only
      let head = characters.length;
      let tail = 0;
      if (pixels > 110) {
        let kept = 0;
        while (tail < characters.length / 2 && kept < (pixels - dots) * 0.35) {
          tail++;
          kept += sizes[characters.length - tail];
        }
        head = characters.length - tail;
      }
      while (head > 0 && sum + dots > pixels) {
        head--;
        sum -= sizes[head];
      }
      if (head + tail < 3) {
        return "";
      }
      return `${characters.slice(0, head).join("")}…${tail ? characters.slice(-tail).join("") : ""}`;
    };
  }

  agentperf.flameLabels = { fitter };
})((globalThis.agentperf ??= {}));
