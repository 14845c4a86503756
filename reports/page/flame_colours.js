// Which colour each node has, and what the colours mean.
(function (agentperf) {
  "use strict";

  const READABLE = 5; // contrast of text on a fill; WCAG asks for 4.5
  const VIVID = 0.74; // of a colour in its fill, where the text can bear it
  const DIMMED = 0.22;
  const HUES = [212, 28, 152, 268, 190, 338, 48, 104, 236, 8, 300]; // of modules, the most frequent first
  const SHADES = [0, 6, -6]; // lightness that tells the files of a module apart, in percent
  const STEPS = [0.01, 0.05]; // changes from which a colour is stronger, in shares

  // The page's colours as [red, green, blue], as they are now: in the light, in the dark, on paper.
  function paletteOf(element, concernCount) {
    const style = getComputedStyle(element);
    const context = document.createElement("canvas").getContext("2d");
    const read = (name, fallback) => {
      context.fillStyle = fallback;
      context.fillStyle = style.getPropertyValue(name).trim() || fallback;
      return rgbOf(context.fillStyle);
    };
    const concerns = Array.from({ length: concernCount }, (_, index) =>
      read(`--concern-${index}`, "#8a93a0"),
    );
    return {
      paper: read("--paper", "#ffffff"),
      ink: read("--ink", "#1a1f26"),
      muted: read("--muted", "#5d6673"),
      line: read("--line", "#d5dae1"),
      less: read("--less", "#2b6cb0"),
      more: read("--more", "#c0392b"),
      new: read("--new", "#7b4fb3"),
      concerns,
    };
  }

  function rgbOf(text) {
    if (text.startsWith("#")) {
      return [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));
    }
    return text
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map(Number);
  }

  function mixed(one, other, share) {
    return one.map((value, place) => value * share + other[place] * (1 - share));
  }

  function css(colour) {
    return `rgb(${colour.map(Math.round).join(" ")})`;
  }

  function luminance(colour) {
    const [red, green, blue] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  // The colour, as much of it as leaves one of the `texts` readable on it.
  function fillOf(colour, palette, vivid = VIVID, texts = [palette.ink]) {
    let share = vivid;
    const fill = () => mixed(colour, palette.paper, share);
    while (share > 0.1 && texts.every((text) => contrast(text, fill()) < READABLE)) {
      share -= 0.04;
    }
    return fill();
  }

  function textOn(fill, { ink, paper }) {
    return contrast(ink, fill) >= contrast(paper, fill) ? ink : paper;
  }

  function fromHsl(hue, saturation, lightness) {
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return [0, 8, 4].map((offset) => {
      const place = (offset + hue / 30) % 12;
      return 255 * (lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1)));
    });
  }

  // {classOf: by node, fills: css by class, texts: css by class, inks, legend: [{class, words}]}. Class 0 is the
  // root's. The inks are pixels of an ImageData: paper, then of each class its fill and that dimmed.
  function scheme(classOf, colours, words, palette) {
    const quiet = mixed(palette.line, palette.paper, 0.75);
    const fills = [quiet, ...colours];
    return {
      classOf,
      fills: fills.map(css),
      texts: fills.map((fill) => css(textOn(fill, palette))),
      inks: inksOf([palette.paper, ...fills.flatMap((fill) => [fill, mixed(fill, palette.paper, DIMMED)])]),
      legend: words.map((text, place) => ({ class: place + 1, words: text })),
    };
  }

  function inksOf(colours) {
    const bytes = Uint8ClampedArray.from(colours.flatMap((colour) => [...colour, 255]));
    return new Uint32Array(bytes.buffer);
  }

  // From classes by frame.
  function perNode({ frame, count }, classes) {
    const classOf = new Uint8Array(count);
    for (let node = 0; node < count; node++) {
      classOf[node] = frame[node] < 0 ? 0 : classes[frame[node]];
    }
    return classOf;
  }

  function byConcern(picture, frames, concerns, palette) {
    const classOf = perNode(
      picture,
      Uint8Array.from(frames, (frame) => frame[3] + 1),
    );
    const colours = palette.concerns.map((colour) => fillOf(colour, palette));
    return scheme(classOf, colours, concerns, palette);
  }

  // A module is the first part of a file's name and has a hue, a file one of its shades. The same over all
  // profiles of a page: what most of its frames belong to comes first.
  function byModule(picture, frames, palette) {
    const counts = new Map();
    for (const [, file] of frames) {
      counts.set(moduleOf(file), (counts.get(moduleOf(file)) ?? 0) + 1);
    }
    const modules = [...counts.keys()].filter(Boolean);
    modules.sort((one, other) => counts.get(other) - counts.get(one) || (one < other ? -1 : 1));
    const rank = new Map(modules.slice(0, HUES.length).map((name, place) => [name, place]));
    const classes = frames.map(([, file]) => {
      const place = rank.get(moduleOf(file));
      return place === undefined
        ? 1 + HUES.length * SHADES.length
        : 1 + place * SHADES.length + shadeOf(file);
    });
    const dark = luminance(palette.paper) < 0.2;
    const colours = HUES.flatMap((hue) =>
      SHADES.map((shade) =>
        fillOf(fromHsl(hue, dark ? 0.42 : 0.62, (dark ? 40 : 70) / 100 + shade / 100), palette, 1),
      ),
    );
    colours.push(fillOf(palette.muted, palette, 0.4));
    const classOf = perNode(picture, Uint8Array.from(classes));
    const made = scheme(classOf, colours, [], palette);
    made.legend = [...rank].map(([name, place]) => ({
      class: 1 + place * SHADES.length,
      spans: SHADES.length,
      words: agentperf.flameWords.visible(agentperf.flameWords.shortened(name, 40)),
    }));
    made.legend.push({ class: colours.length, words: counts.size > rank.size ? "others" : "no file" });
    return made;
  }

  function moduleOf(file) {
    return file.split("/", 1)[0];
  }

  function shadeOf(file) {
    let hash = 7;
    for (let place = 0; place < Math.min(file.length, 200); place++) {
      hash = (hash * 31 + file.charCodeAt(place)) % 65521;
    }
    return hash % SHADES.length;
  }

  // Less in blue, more in red, new in purple: three strengths each; pale purple is what the other profile has at
  // other places only. `doubts` is the scene's.
  function byChange(picture, { tree, before, met }, weights, doubts, palette) {
    const { withinChance } = agentperf.flameDifference;
    const { Doubt } = agentperf.flameDoubt;
    const { Met } = agentperf.flameMatching;
    const classes = new Uint8Array(tree.count);
    for (let node = 1; node < tree.count; node++) {
      const change = tree.self[node] * weights.now - before.self[node] * weights.before;
      const strength = STEPS.filter((step) => Math.abs(change) >= step).length;
      if (met[node] <= Met.ELSEWHERE && !withinChance(tree.total[node], 0, weights)) {
        classes[node] = met[node] === Met.NOWHERE ? 8 + strength : 11;
      } else if (change === 0 || doubts.of(node) === Doubt.ALL) {
        classes[node] = 1;
      } else {
        classes[node] = (change < 0 ? 2 : 5) + strength;
      }
    }
    const same = mixed(palette.muted, palette.paper, 0.2);
    // in the dark the strongest is brighter than light text can bear: kept darker, it would look like the next
    const fills = (colour, shares) =>
      shares.map((share) => fillOf(colour, palette, share, [palette.ink, palette.paper]));
    const [less, more] = [palette.less, palette.more].map((colour) => fills(colour, [0.22, 0.45, 0.75]));
    const colours = [same, ...less, ...more, ...fills(palette.new, [0.34, 0.55, 0.75, 0.2])];
    const { origin } = picture;
    let classOf = classes;
    if (origin) {
      classOf = new Uint8Array(picture.count);
      for (let node = 0; node < picture.count; node++) {
        classOf[node] = classes[origin[node]];
      }
    }
    const made = scheme(classOf, colours, [], palette);
    made.legend = [
      { class: 1, words: "self share the same, or a change within chance" },
      { class: 2, spans: 3, words: "less: under 1, from 1, from 5 points" },
      { class: 5, spans: 3, words: "more: under 1, from 1, from 5 points" },
      { class: 8, spans: 3, words: "new: met nowhere before" },
      { class: 11, words: "not new: called from elsewhere before" },
    ];
    return made;
  }

  // What vanished in blue, in pale blue what is called from elsewhere now, in grey what leads there.
  function byPresence(picture, { tree, met }, palette) {
    const { Met } = agentperf.flameMatching;
    const classOf = Uint8Array.from(picture.frame, (_, node) => {
      const origin = picture.origin[node];
      if (node === 0 || tree.total[origin] > 0) {
        return 1;
      }
      return met[origin] === Met.NOWHERE ? 2 : 3;
    });
    const colours = [
      mixed(palette.muted, palette.paper, 0.2),
      fillOf(palette.less, palette, 0.6),
      fillOf(palette.less, palette, 0.22),
    ];
    const words = ["still called: leads to what vanished", "vanished", "called from elsewhere now"];
    return scheme(classOf, colours, words, palette);
  }

  agentperf.flameColours = { paletteOf, byConcern, byModule, byChange, byPresence, css, contrast };
})((globalThis.agentperf ??= {}));
