// What the colours mean; without a comparison also what share of the samples ended in each.
(function (agentperf) {
  "use strict";

  const MOST = 12;

  function show(list, scene, scheme) {
    const { element } = agentperf.flameElement;
    const { percent } = agentperf.flameWords;
    const shares = !scene.difference;
    const entries = shares ? withShares(scene, scheme) : scheme.legend;
    list.replaceChildren(
      ...entries.slice(0, MOST).map((entry) => {
        const item = element("li");
        const swatches = item.appendChild(element("span", "", "flame-swatches"));
        const strengths = shares ? 1 : (entry.spans ?? 1);
        for (let number = entry.class; number < entry.class + strengths; number++) {
          swatches.appendChild(element("i")).style.background = scheme.fills[number];
        }
        item.append(entry.words);
        if (shares) {
          item.append(" ", element("b", percent(entry.share)));
        }
        return item;
      }),
    );
  }

  // The largest first, without those that are not there.
  function withShares({ picture }, scheme) {
    const { self, total, count } = picture;
    const sums = new Float64Array(scheme.fills.length);
    for (let node = 0; node < count; node++) {
      sums[scheme.classOf[node]] += self[node];
    }
    const entries = scheme.legend.map((entry) => {
      let sum = 0;
      for (let number = entry.class; number < entry.class + (entry.spans ?? 1); number++) {
        sum += sums[number];
      }
      return { ...entry, share: sum / (total[0] || 1) };
    });
    return entries.filter((entry) => entry.share > 0).sort((one, other) => other.share - one.share);
  }

  agentperf.flameLegend = { show };
})((globalThis.agentperf ??= {}));
