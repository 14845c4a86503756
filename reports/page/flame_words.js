// What is said of frames and shares, in words.
(function (agentperf) {
  "use strict";

  const UNSEEN = /(?! )[\p{C}\p{Z}]/gu;
  const SHORT = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };
  const WHOLE = new Intl.NumberFormat("en");
  const MODES = { cpu: "CPU time", wall: "Wall time", await: "Waiting" };
  const MEASURED = { cpu: "CPU time", wall: "wall time", await: "wall time" };

  // The modes of these profiles, CPU time first.
  function modesOf(profiles) {
    const there = new Set(profiles.map((profile) => profile.mode));
    return [...new Set([...Object.keys(MODES), ...there])].filter((mode) => there.has(mode));
  }

  // As `printable` in scenarios/wording.py: what could hide, break a line or turn the text around becomes an
  // escape.
  function visible(text) {
    return text.replace(UNSEEN, (character) => SHORT[character] ?? escaped(character.codePointAt(0)));
  }

  function escaped(code) {
    const digits = code.toString(16);
    if (code > 0xffff) {
      return `\\U${digits.padStart(8, "0")}`;
    }
    return code > 0xff ? `\\u${digits.padStart(4, "0")}` : `\\x${digits.padStart(2, "0")}`;
  }

  // "12.3 %" of a share in 0..1; what is there but rounds to nothing is "< 0.1 %".
  function percent(share) {
    return share > 0 && share < 0.0005 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`;
  }

  // "3.2 points more than with nothing on".
  function change(difference, name) {
    return Math.abs(100 * difference) < 0.05 ? `as much as with ${name}` : `${points(difference)} than with ${name}`;
  }

  // "3.2 points more".
  function points(difference) {
    return `${Math.abs(100 * difference).toFixed(1)} points ${difference > 0 ? "more" : "less"}`;
  }

  // "+3.2" for a table's cell.
  function signed(difference) {
    const points = 100 * difference;
    return Math.abs(points) < 0.05 ? "0.0" : `${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(1)}`;
  }

  // Of unequal weight they may come to less than whole ones.
  function samples(count) {
    const rounded = count < 10 ? Math.round(count * 10) / 10 : Math.round(count);
    return `${WHOLE.format(rounded)} ${rounded === 1 ? "sample" : "samples"}`;
  }

  function place(file, line) {
    return line > 0 ? `${visible(file)}:${line}` : visible(file);
  }

  // At most `length` characters; the middle goes, since names that begin alike often end apart.
  function shortened(text, length) {
    if (text.length <= length) {
      return text;
    }
    const head = Math.ceil((length - 1) * 0.6);
    return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
  }

  agentperf.flameWords = {
    modesOf,
    MODES,
    MEASURED,
    visible,
    percent,
    change,
    points,
    signed,
    samples,
    place,
    shortened,
  };
})((globalThis.agentperf ??= {}));
