// What a view shows: the trees it needs, compared and laid out, before any pixel.
(function (agentperf) {
  "use strict";

  const TREES_KEPT = 6;
  const LAYOUTS_KEPT = 4;

  class Scenes {
    // `data` is the page's profile data.
    constructor(data) {
      this.data = data;
      this.profiles = new Map(data.profiles.map((profile) => [profile.id, profile]));
      this.trees = new Map();
      this.bases = new Map();
      this.pictures = new Map();
    }

    // flameTree.keysOf, when it is first needed.
    get keys() {
      this.numbers ??= agentperf.flameTree.keysOf(this.data.frames);
      return this.numbers;
    }

    // {state, profile, against, tree, before, difference, doubts, weights, picture, scale, vanished}. What a
    // tree counts in is a share times `weights.now`, a number of samples times `weights.samples`. Rejects where a
    // profile can't be read.
    async of(state) {
      const profile = this.profiles.get(state.profile);
      const against = this.profiles.get(state.against) ?? null;
      const name = `${profile.id} ${against?.id ?? ""}`;
      if (!this.bases.has(name)) {
        const [tree, old] = await Promise.all([this.tree(profile), against && this.tree(against)]);
        keep(this.bases, name, this.base(tree, old), LAYOUTS_KEPT);
      }
      const base = this.bases.get(name);
      if (!against) {
        const weights = weightsOf(base.tree, profile);
        const picture = this.picture(`${name} ${state.order}`, base.tree, state.order);
        return { state, profile, against, ...base, weights, picture, scale: null, vanished: false };
      }
      const { Scale, factors, canMeasure } = agentperf.flameDifference;
      const measured = canMeasure(profile, against) && state.scale !== Scale.SHARES;
      const scale = measured ? Scale.MEASURED : Scale.SHARES;
      if (state.show === "vanished") {
        base.gone ??= agentperf.flameDifference.vanished(base.difference);
        const weights = weightsOf(base.difference.before, against);
        const picture = this.picture(`${name} vanished`, base.gone, "left-heavy");
        const { difference } = base;
        return {
          state,
          profile,
          against,
          tree: base.gone,
          before: null,
          difference,
          weights,
          picture,
          scale,
          vanished: true,
        };
      }
      const weights = factors(base.difference, scale, profile, against);
      const picture = this.picture(`${name} ${state.order}`, base.tree, state.order);
      if (!base.doubts.has(scale)) {
        base.doubts.set(scale, new agentperf.flameDoubt.Doubts(base.difference, weights));
      }
      const doubts = base.doubts.get(scale);
      return { state, profile, against, ...base, doubts, weights, picture, scale, vanished: false };
    }

    base(tree, old) {
      if (!old) {
        return { tree, before: null, difference: null };
      }
      const difference = agentperf.flameDifference.merged(tree, old, this.data.frames, this.keys);
      return { tree: difference.tree, before: difference.before, difference, doubts: new Map() };
    }

    tree(profile) {
      if (!this.trees.has(profile.id)) {
        keep(this.trees, profile.id, agentperf.flameTree.decoded(profile.tree), TREES_KEPT);
      }
      return this.trees.get(profile.id);
    }

    picture(name, tree, order) {
      if (!this.pictures.has(name)) {
        const { leftHeavy, byTime } = agentperf.flameLayout;
        keep(this.pictures, name, order === "time" ? byTime(tree) : leftHeavy(tree), LAYOUTS_KEPT);
      }
      return this.pictures.get(name);
    }

    // The node of a zoom in a scene: by its path, and by time also the moment.
    zoomed(scene, state) {
      const { picture } = scene;
      if (!state.zoom.length) {
        return 0;
      }
      const { keys } = this;
      const same = (one, other) => keys[one] === keys[other];
      if (state.order !== "time" || scene.vanished || state.at === null) {
        return agentperf.flameTree.nodeOf(picture, state.zoom, same);
      }
      let node = 0;
      for (const frame of state.zoom) {
        const next = agentperf.flameLayout.nodeAt(picture, node, picture.depth[node] + 1, state.at);
        if (next < 0 || !same(picture.frame[next], frame)) {
          break;
        }
        node = next;
      }
      return node;
    }
  }

  function weightsOf(tree, profile) {
    const now = tree.total[0] > 0 ? 1 / tree.total[0] : 0;
    return { now, samples: profile.samples * now };
  }

  function keep(map, name, value, most) {
    map.set(name, value);
    if (map.size > most) {
      map.delete(map.keys().next().value);
    }
  }

  agentperf.flameScene = { Scenes };
})((globalThis.agentperf ??= {}));
