// The viewer: one state, which the controls, the address and the picture share.
(function (agentperf) {
  "use strict";

  const RESTING = {
    view: "icicle",
    order: "left-heavy",
    colour: "concern",
    show: "new",
    search: "",
    zoom: [],
    at: null,
  };

  // Shows the page's profile data in the section, whose markup is templates/flame_graphs.html.j2. Returns the
  // viewer; its `ready` resolves when the first picture is drawn.
  function mount(section, data) {
    const parts = {};
    for (const element of section.querySelectorAll("[data-flame]")) {
      parts[element.dataset.flame] = element;
    }
    if (!data?.profiles?.length) {
      parts.none.hidden = false;
      parts.viewer.hidden = true;
      return { ready: Promise.resolve() };
    }
    const viewer = new FlameGraph(section, parts, data);
    viewer.ready = viewer.start();
    return viewer;
  }

  class FlameGraph {
    constructor(section, parts, data) {
      Object.assign(this, { section, parts, data });
      this.scenes = new agentperf.flameScene.Scenes(data);
      this.scene = null;
      this.zoom = 0;
      this.cursor = 0;
      this.history = [];
      this.asked = 0;
      this.printing = false;
    }

    async start() {
      const linked = this.linked();
      this.state = linked ?? { ...RESTING, ...this.data.open, scale: null };
      const loading = this.load(); // inflates while the rest gets ready
      this.palette = agentperf.flameColours.paletteOf(this.section, this.data.concerns.length);
      this.panel = new agentperf.flamePanel.Panel(this);
      agentperf.flameWalk.listen(this);
      agentperf.flamePointer.listen(this);
      agentperf.flameSurroundings.listen(this);
      await loading;
      if (linked) {
        this.section.scrollIntoView();
      }
    }

    // The state that the address asks for, or null.
    linked() {
      const state = agentperf.flamePermalink.stateOf(
        location.hash,
        this.data.profiles,
        this.data.frames.length,
      );
      return state && { ...state, profile: state.profile ?? this.data.open.profile };
    }

    // Applies what a control changed; `loaded` resolves when that is drawn.
    async change(changed) {
      const state = { ...this.state, ...changed };
      if ("order" in changed || "profile" in changed || "show" in changed) {
        state.at = null;
      }
      this.state = state;
      this.loaded = this.load();
      await this.loaded;
      this.remember();
    }

    // Brings the picture up to the state. What is asked for later wins.
    async load() {
      const asked = ++this.asked;
      let scene;
      try {
        scene = await this.scenes.of(this.state);
      } catch (error) {
        if (asked === this.asked) {
          this.panel.fail(`This profile can't be read: ${error.message}`);
        }
        return;
      }
      if (asked !== this.asked) {
        return;
      }
      const { state } = this;
      const moved = this.scene?.picture !== scene.picture;
      this.scene = scene;
      if (moved) {
        this.history = [];
        this.lowest = 1;
      }
      if (moved || state.zoom !== this.zoomedTo) {
        this.zoom = this.cursor = this.scenes.zoomed(scene, state);
        this.rememberZoom();
      }
      this.matches = agentperf.flameSearch.matchesOf(this.data.frames, state.search);
      this.within = this.matches && agentperf.flameSearch.sumsOf(scene.picture, this.matches);
      this.colours();
      this.paint();
      this.panel.update();
    }

    // A search or a zoom leaves the colours as they are.
    colours() {
      const { scene, state, palette } = this;
      const from = [scene.picture, scene.scale, state.colour, palette];
      if (!this.colouredFrom?.every((part, place) => part === from[place])) {
        this.colouredFrom = from;
        this.scheme = agentperf.flameDrawing.schemeOf(scene, state, this.data, palette);
      }
    }

    get upward() {
      return this.state.view === "flame";
    }

    paint() {
      agentperf.flameDrawing.paint(this);
      this.showCursor();
    }

    label(node) {
      return agentperf.flameDrawing.labelOf(this.scene, this.data, node);
    }

    nodeUnder(left, top) {
      return agentperf.flameCanvas.nodeUnder(
        this.scene.picture,
        this.plan,
        left,
        top,
        this.rows,
        this.upward,
      );
    }

    boxOf(node) {
      return agentperf.flameCanvas.boxOf(this.scene.picture, this.plan, node, this.rows, this.upward);
    }

    hover(node, left, top) {
      this.panel.hover(node, left, top);
    }

    zoomTo(node) {
      if (node !== this.zoom) {
        this.history.push(this.zoom);
        this.goTo(node);
      }
    }

    // One frame further in, on the way to that node.
    zoomTowards(node) {
      const { parent } = this.scene.picture;
      let next = node;
      while (next > 0 && next !== this.zoom && parent[next] !== this.zoom) {
        next = parent[next];
      }
      if (next > 0) {
        this.zoomTo(next);
      }
    }

    // To the zoom before; without one, to the caller. False where all is shown.
    back() {
      if (this.zoom === 0 && !this.history.length) {
        return false;
      }
      this.goTo(this.history.pop() ?? this.scene.picture.parent[this.zoom]);
      return true;
    }

    goTo(node) {
      this.zoom = this.cursor = node;
      this.rememberZoom();
      this.paint();
      this.panel.update();
      this.remember();
    }

    // Moves the cursor; further in than is shown, the picture follows.
    moveTo(node, told) {
      const { picture } = this.scene;
      this.cursor = node;
      if (!this.boxOf(node) && node > 0) {
        this.zoomTo(picture.parent[node] > this.zoom ? picture.parent[node] : 0);
        this.cursor = node;
      }
      this.showCursor();
      if (told) {
        this.panel.tell(node);
      }
    }

    showCursor() {
      this.panel.outline(
        this.parts.cursor,
        this.cursor,
        document.activeElement === this.parts.canvas || this.cursor !== this.zoom,
      );
    }

    toMatch(forward) {
      if (this.matches) {
        const { nextMatch } = agentperf.flameWalk;
        this.moveTo(nextMatch(this.scene.picture, this.matches, this.cursor, this.zoom, forward), true);
      }
    }

    rememberZoom() {
      const { picture } = this.scene;
      this.zoomedTo = agentperf.flameTree.pathTo(picture, this.zoom);
      const at = this.state.order === "time" ? picture.x[this.zoom] : null;
      this.state = { ...this.state, zoom: this.zoomedTo, at };
    }

    // Writes the view into the address.
    remember() {
      const fragment = agentperf.flamePermalink.fragmentOf({ ...this.state, scale: this.scene.scale });
      this.panel.link(fragment);
      try {
        history.replaceState(history.state, "", fragment);
      } catch {
        // a page in a frame or an archive may not; its link still says where
      }
    }
  }

  agentperf.flameGraph = { mount };
})((globalThis.agentperf ??= {}));
