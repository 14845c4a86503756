// Everything around the picture: the choices, the facts, the path, the legend, the words, the table.
(function (agentperf) {
  "use strict";

  class Panel {
    constructor(viewer) {
      this.viewer = viewer;
      this.parts = viewer.parts;
      this.modes = agentperf.flameWords.modesOf(viewer.data.profiles);
      this.controls = this.made();
      this.table = new agentperf.flameTable.FunctionTable(this.parts.table, this.parts.more, (frame) => {
        this.parts.search.value = viewer.data.frames[frame][0];
        viewer.change({ search: this.parts.search.value });
      });
      this.parts.search.addEventListener("input", () => viewer.change({ search: this.parts.search.value }));
      this.parts.help.addEventListener("click", () => this.toggleKeys());
    }

    made() {
      const { choice, list } = agentperf.flameControls;
      const { MODES } = agentperf.flameWords;
      const { parts, viewer } = this;
      const set = (name) => (value) => viewer.change({ [name]: value });
      return {
        mode: choice(
          parts.mode,
          this.modes.map((mode) => [mode, MODES[mode] ?? mode]),
          (mode) => this.turnTo(mode),
        ),
        profile: list(parts.profile, (id) =>
          viewer.change({ profile: id, ...(id === viewer.state.against ? { against: null } : {}) }),
        ),
        against: list(parts.against, (id) =>
          viewer.change({ against: id || null, show: id ? viewer.state.show : "new" }),
        ),
        view: choice(
          parts.view,
          [
            ["icicle", "on top"],
            ["flame", "at the bottom"],
          ],
          set("view"),
        ),
        order: choice(
          parts.order,
          [
            ["left-heavy", "largest first"],
            ["time", "by time"],
          ],
          set("order"),
        ),
        colour: choice(
          parts.colour,
          [
            ["concern", "by concern"],
            ["module", "by module"],
          ],
          set("colour"),
        ),
        scale: choice(
          parts.scale,
          [
            ["measured", "measured time"],
            ["shares", "shares"],
          ],
          set("scale"),
        ),
        show: choice(
          parts.show,
          [
            ["new", "what is there"],
            ["vanished", "what vanished"],
          ],
          set("show"),
        ),
      };
    }

    // The same combinations in another mode, or the first that was profiled in it.
    turnTo(mode) {
      const { data, state } = this.viewer;
      const there = data.profiles.filter((profile) => profile.mode === mode);
      const twin = (id) => {
        const now = data.profiles.find((profile) => profile.id === id);
        return there.find(
          (profile) => now && profile.on.join() === now.on.join() && profile.name === now.name,
        );
      };
      const profile = twin(state.profile) ?? there[0];
      const against = twin(state.against);
      this.viewer.change({
        profile: profile.id,
        against: against && against !== profile ? against.id : null,
        show: against ? state.show : "new",
      });
    }

    update() {
      this.parts.message.hidden = true;
      this.updateControls();
      const { scene } = this.viewer;
      const empty = !(scene.picture.total[0] > 0);
      this.parts.stage.hidden = empty;
      if (empty) {
        this.parts.message.textContent = scene.vanished
          ? "Nothing vanished."
          : "This profile has no samples.";
        this.parts.message.hidden = false;
      }
      const { label, facts, caveats } = agentperf.flameDescription;
      const { element } = agentperf.flameElement;
      this.parts.canvas.setAttribute("aria-label", label(scene));
      this.parts.facts.textContent = facts(scene).join(" ");
      this.parts.caveats.replaceChildren(...caveats(scene).map((words) => element("li", words)));
      agentperf.flamePath.show(this.parts.path, this.viewer);
      this.updateFound();
      this.link(agentperf.flamePermalink.fragmentOf({ ...this.viewer.state, scale: scene.scale }));
      this.tell(this.viewer.cursor);
      this.later(() => {
        agentperf.flameLegend.show(this.parts.legend, scene, this.viewer.scheme);
        this.updateTable();
      });
    }

    // Behind the next frame: the picture comes first, and what sums up all nodes takes as long again.
    later(work) {
      cancelAnimationFrame(this.waiting);
      clearTimeout(this.timer);
      if (this.viewer.printing) {
        work();
        return;
      }
      this.waiting = requestAnimationFrame(() => {
        this.waiting = requestAnimationFrame(() => {
          this.timer = setTimeout(work);
        });
      });
    }

    updateControls() {
      const { controls } = this;
      const { state, data, scene } = this.viewer;
      const { canMeasure } = agentperf.flameDifference;
      const { nameOf } = agentperf.flameDescription;
      const { profile, against, vanished } = scene;
      const same = data.profiles.filter((each) => each.mode === profile.mode);
      const named = (each) => [each.id, `${nameOf(each)}${each.thin ? " (thin)" : ""}`];
      controls.mode.show(profile.mode, this.modes.length < 2);
      controls.profile.show(profile.id, same.map(named));
      controls.against.show(against?.id ?? "", [
        ["", "nothing"],
        ...same.filter((each) => each !== profile).map(named),
      ]);
      this.parts.against.disabled = same.length < 2;
      controls.view.show(state.view);
      controls.order.show(vanished ? "left-heavy" : state.order, vanished);
      controls.colour.show(state.colour, Boolean(against));
      controls.scale.show(scene.scale, !against || vanished);
      controls.scale.allow("measured", Boolean(against) && canMeasure(profile, against));
      controls.show.show(state.show, !against);
      if (this.parts.search !== document.activeElement) {
        this.parts.search.value = state.search;
      }
    }

    updateFound() {
      const { viewer } = this;
      const { scene, matches, zoom } = viewer;
      let words = viewer.plan.deeper ? "Deeper frames are not drawn: zoom in to see them. " : "";
      if (matches) {
        const { percent } = agentperf.flameWords;
        const { total, functions } = agentperf.flameSearch.found(scene.picture, matches, zoom);
        const part = zoom
          ? ` (${percent(total / (scene.picture.total[zoom] || 1))} of the zoomed frame)`
          : "";
        words += `${percent(total * scene.weights.now)} matched${part} in ${functions} ${functions === 1 ? "function" : "functions"}`;
      }
      this.parts.found.textContent = words;
    }

    updateTable() {
      const { viewer, table } = this;
      const { scene, data } = viewer;
      const { functionsOf, cellsOf } = agentperf.flameFunctions;
      const { percent, visible, shortened } = agentperf.flameWords;
      const difference = Boolean(scene.before) && !scene.vanished;
      const timed = difference && scene.picture.origin;
      const tree = difference ? scene.tree : scene.picture;
      const from = timed ? scene.picture.origin[viewer.zoom] : viewer.zoom;
      const rows = difference
        ? agentperf.flameDifference.functionsOf(scene.difference, viewer.scenes.keys, from)
        : functionsOf(tree, null, null, from);
      const cells = cellsOf(rows, data.frames, data.concerns, scene.weights, viewer.matches);
      const of = viewer.zoom ? ` in ${shortened(visible(viewer.label(viewer.zoom)), 60)}` : "";
      const base = agentperf.flameDescription.nameOf(scene.against ?? scene.profile);
      const own = difference ? "samples of each" : `samples with ${base}`;
      const unit = difference && scene.scale === "measured" ? `measured time with ${base}` : own;
      const part = viewer.zoom ? ` (${percent(scene.picture.total[viewer.zoom] * scene.weights.now)})` : "";
      table.show(cells, difference, `Functions${of}${part}: shares, not times, of the ${unit}`);
    }

    hover(node, left, top) {
      const { viewer } = this;
      const { outline, show } = agentperf.flameTooltip;
      if (node < 0) {
        this.parts.tooltip.hidden = true;
        this.parts.hovered.hidden = true;
        return;
      }
      outline(this.parts.hovered, viewer.boxOf(node), this.parts.stage);
      show(this.parts.tooltip, this.described(node), this.parts.stage, left, top);
    }

    described(node) {
      const { viewer } = this;
      return agentperf.flameDescription.ofNode(viewer.scene, node, viewer.zoom, viewer.data);
    }

    outline(element, node, shown) {
      agentperf.flameTooltip.outline(element, shown ? this.viewer.boxOf(node) : null, this.parts.stage);
    }

    // The frame in words, for who does not see it, and for who looks at another part of the picture.
    tell(node) {
      const { title, place, lines } = this.described(node);
      const { shortened } = agentperf.flameWords;
      const words = [shortened(title, 200), shortened(place, 200), ...lines].filter(Boolean);
      const told = `${words.join("; ")}.`;
      if (this.parts.focused.textContent !== told) {
        this.parts.focused.textContent = told; // which is read out
      }
    }

    link(fragment) {
      this.parts.link.href = fragment;
    }

    toggleKeys() {
      this.parts.keys.hidden = !this.parts.keys.hidden;
      this.parts.help.setAttribute("aria-expanded", String(!this.parts.keys.hidden));
    }

    fail(words) {
      this.parts.message.textContent = words;
      this.parts.message.hidden = false;
      this.parts.stage.hidden = true;
    }
  }

  agentperf.flamePanel = { Panel };
})((globalThis.agentperf ??= {}));
