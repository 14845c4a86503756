// What is said of a frame in the tooltip and to a screen reader, and of the whole view.
(function (agentperf) {
  "use strict";

  // {title, place, lines} of a node of the scene's picture. `zoom` is the zoomed node.
  function ofNode(scene, node, zoom, data) {
    const { percent, samples, visible, place } = agentperf.flameWords;
    const { picture, weights } = scene;
    const [name, file, line, concern] = data.frames[picture.frame[node]] ?? [ofWhole(scene), "", 0, -1];
    const total = picture.total[node];
    const own = picture.self[node];
    const where = file ? place(file, line) : "";
    const lines = [];
    if (scene.vanished) {
      const gone = percent(total * weights.now);
      lines.push(`${gone} of the samples with ${nameOf(scene.against)} vanished here or in what it calls`);
      lines.push(...whereabouts(scene, picture.origin[node]));
    } else {
      lines.push(`${percent(total * weights.now)} in total, ${percent(own * weights.now)} itself`);
      if (zoom > 0 && node !== zoom) {
        lines.push(`${percent(total / picture.total[zoom])} of the zoomed frame`);
      }
    }
    const ownSamples = own && own !== total ? `, ${samples(own * weights.samples)} of them itself` : "";
    lines.push(`${samples(total * weights.samples)}${ownSamples}`);
    if (scene.before && !scene.vanished) {
      lines.push(...changes(scene, picture.origin ? picture.origin[node] : node));
    }
    return {
      title: visible(name),
      place: [where, data.concerns[concern] ?? ""].filter(Boolean).join(" · "),
      lines,
    };
  }

  function changes({ tree, before, weights, against, difference, doubts }, node) {
    const { change } = agentperf.flameWords;
    const { Met } = agentperf.flameMatching;
    const old = nameOf(against);
    const met = difference.met[node];
    const part = (column) => tree[column][node] * weights.now - before[column][node] * weights.before;
    const whole = `In total: ${change(part("total"), old)}`;
    const { withinChance } = agentperf.flameDifference;
    if (met <= Met.ELSEWHERE) {
      const chance = withinChance(tree.total[node], 0, weights) ? ", within chance" : "";
      const words =
        met === Met.NOWHERE
          ? `New: met nowhere with ${old}${chance}`
          : `Not new, but called from elsewhere with ${old}${chance}: compare by function, in the table`;
      // what it calls may be agents, which are compared wherever they are called from
      return before.total[node] > 0 ? [words, whole] : [words];
    }
    const own = change(part("self"), old);
    const doubt = own.startsWith("as much") ? "" : doubtOf(doubts, node);
    const moved = met === Met.MOVED ? [`Called from elsewhere with ${old}, and compared with it there`] : [];
    return [`Itself: ${own}${doubt}`, whole, ...moved];
  }

  function doubtOf(doubts, node) {
    const { Doubt } = agentperf.flameDoubt;
    const { points } = agentperf.flameWords;
    return {
      [Doubt.NONE]: "",
      [Doubt.PLACE]: `, within chance here, but ${points(doubts.ofFunction(node))} over all its calls`,
      [Doubt.ALL]: ", within chance",
    }[doubts.of(node)];
  }

  // Of what vanished: whether the new profile has the function elsewhere.
  function whereabouts({ profile, difference }, node) {
    const gone = !(difference.tree.total[node] > 0);
    const elsewhere = difference.met[node] === agentperf.flameMatching.Met.ELSEWHERE;
    return gone && elsewhere ? [`Called from elsewhere with ${nameOf(profile)}`] : [];
  }

  function nameOf(profile) {
    const { visible, shortened } = agentperf.flameWords;
    return shortened(visible(profile.name), 80);
  }

  function ofWhole(scene) {
    return scene.vanished ? `what vanished, against ${scene.against.name}` : scene.profile.name;
  }

  // What the whole picture is, for who does not see it.
  function label(scene) {
    const { profile, against, vanished } = scene;
    const beside = against ? `, ${vanished ? "what vanished against" : "compared with"} ${nameOf(against)}` : "";
    return `Flame graph of ${modeOf(profile)}: ${nameOf(profile)}${beside}`;
  }

  // Sentences on what was sampled, what the widths and colours are, and whether it is enough.
  function facts(scene) {
    return [...meaning(scene), ...thin(scene)];
  }

  function meaning(scene) {
    const { profile, against } = scene;
    const sentences = [sampled(profile)];
    if (!against) {
      sentences.push("Width: a function's share of the samples.");
      return sentences;
    }
    const old = nameOf(against);
    sentences.push(sampled(against));
    if (scene.vanished) {
      const { percent } = agentperf.flameWords;
      const { gone, elsewhere } = agentperf.flameDifference.vanishedShares(scene.difference);
      const part = elsewhere > 0 ? `, ${percent(elsewhere)} in functions that it calls from elsewhere` : "";
      sentences.push(
        `Paths met with ${old} and no more with ${nameOf(profile)}: ${percent(gone)} of all samples ended in them${part}.`,
      );
      return sentences;
    }
    sentences.push(
      `Width: the share with ${nameOf(profile)}. Colour: the change of the self share against ${old}.`,
    );
    if (scene.difference.met.includes(agentperf.flameMatching.Met.MOVED)) {
      sentences.push("Agents are compared wherever they were called from.");
    }
    if (scene.scale === agentperf.flameDifference.Scale.MEASURED) {
      const ratio = profile.measuredSeconds / against.measuredSeconds - 1;
      const measured = agentperf.flameWords.MEASURED[profile.mode];
      const sum = `${Math.abs(100 * ratio).toFixed(1)} points ${ratio > 0 ? "more" : "less"}`;
      sentences.push(
        `All shares are of the ${measured} measured with ${old}, without a profiler; the changes add up to ${sum}.`,
      );
      if (profile.mode === "await") {
        sentences.push("Tasks that wait at the same time have that time between them.");
      }
    } else {
      sentences.push("Each profile's shares are of its own samples, so the changes add up to nothing.");
    }
    return sentences;
  }

  function sampled(profile) {
    const { samples } = agentperf.flameWords;
    const interval = Number((profile.intervalSeconds * 1000).toPrecision(2));
    const every = interval > 0 ? `, one every ${interval} ms` : "";
    const by = profile.profiler === "await sampler" ? "the await sampler" : profile.profiler;
    const worth = profile.taken === profile.samples ? "" : "worth ";
    const taken = worth ? ` (${samples(profile.taken)} were taken, of unequal weight)` : "";
    return `${nameOf(profile)}: ${worth}${samples(profile.samples)} of ${modeOf(profile)} by ${by}${every}${taken}.`;
  }

  function modeOf(profile) {
    return agentperf.flameWords.MODES[profile.mode].toLowerCase().replace("cpu", "CPU");
  }

  function thin(scene) {
    return profilesOf(scene)
      .filter((profile) => profile.thin)
      .map(
        (profile) =>
          `Thin: ${nameOf(profile)} has ${agentperf.flameWords.samples(profile.samples)}, fewer than 1,000; small shares are uncertain.`,
      );
  }

  // What the profilers can't see, each once.
  function caveats(scene) {
    return [
      ...new Set(profilesOf(scene).flatMap((profile) => profile.caveats.map(agentperf.flameWords.visible))),
    ];
  }

  function profilesOf(scene) {
    return [scene.profile, scene.against].filter(Boolean);
  }

  agentperf.flameDescription = { ofNode, ofWhole, label, facts, caveats, nameOf };
})((globalThis.agentperf ??= {}));
