// How sure the changes of a difference are, place by place.
(function (agentperf) {
  "use strict";

  // Of a change of self at one place. NONE: two samples of one program hardly differ so. PLACE: they may there,
  // but hardly over all places of the function, which together changed the same way. ALL: they may in all.
  const Doubt = Object.freeze({ NONE: 0, PLACE: 1, ALL: 2 });

  class Doubts {
    // `difference` is flameDifference.merged's, `weights` its factors.
    constructor({ tree, before, keys }, weights) {
      Object.assign(this, { tree, before, keys, weights });
      this.now = new Float64Array(keys.length);
      this.old = new Float64Array(keys.length);
      for (let node = 1; node < tree.count; node++) {
        const key = keys[tree.frame[node]];
        this.now[key] += tree.self[node];
        this.old[key] += before.self[node];
      }
      this.sure = this.now.map((now, key) => {
        const { withinChance } = agentperf.flameDifference;
        return withinChance(now, this.old[key], weights) ? 0 : Math.sign(this.change(now, this.old[key]));
      });
    }

    of(node) {
      const [now, old] = [this.tree.self[node], this.before.self[node]];
      if (!agentperf.flameDifference.withinChance(now, old, this.weights)) {
        return Doubt.NONE;
      }
      const sure = this.sure[this.keys[this.tree.frame[node]]];
      return sure && sure === Math.sign(this.change(now, old)) ? Doubt.PLACE : Doubt.ALL;
    }

    // The change of the self share of a node's function over all places, in shares.
    ofFunction(node) {
      const key = this.keys[this.tree.frame[node]];
      return this.change(this.now[key], this.old[key]);
    }

    change(now, old) {
      return now * this.weights.now - old * this.weights.before;
    }
  }

  agentperf.flameDoubt = { Doubt, Doubts };
})((globalThis.agentperf ??= {}));
