// The view as the fragment of the page's address, and back.
(function (agentperf) {
  "use strict";

  const PREFIX = "#flame-graphs?";
  const LONGEST = 20000; // characters that are read; what is longer was not written here
  const CHOICES = {
    view: ["icicle", "flame"],
    order: ["left-heavy", "time"],
    colour: ["concern", "module"],
    scale: ["shares", "measured"],
    show: ["new", "vanished"],
  };

  // `state`: {profile, against, view, order, colour, scale, show, search, zoom: [frame, …], at}; what is null,
  // empty or the first choice is left out. `scale` is always there: which is the default depends on the data.
  function fragmentOf(state) {
    const fields = new URLSearchParams();
    for (const name of ["profile", "against", "search"]) {
      if (state[name]) {
        fields.set(name, state[name]);
      }
    }
    for (const [name, [usual]] of Object.entries(CHOICES)) {
      if (state[name] && (state[name] !== usual || name === "scale") && (name !== "scale" || state.against)) {
        fields.set(name, state[name]);
      }
    }
    if (state.zoom?.length) {
      fields.set("zoom", state.zoom.join("."));
      if (state.order === "time") {
        fields.set("at", String(state.at));
      }
    }
    return PREFIX + fields;
  }

  // What a fragment says, without what it says wrongly; null where it is not about flame graphs.
  // `profiles` are the page's, `frameCount` the length of its table of frames.
  function stateOf(fragment, profiles, frameCount) {
    if (!fragment.startsWith(PREFIX) || fragment.length > LONGEST) {
      return null;
    }
    const fields = new URLSearchParams(fragment.slice(PREFIX.length));
    const state = {};
    for (const [name, values] of Object.entries(CHOICES)) {
      state[name] = values.includes(fields.get(name))
        ? fields.get(name)
        : name === "scale"
          ? null
          : values[0];
    }
    const profile = profiles.find((each) => each.id === fields.get("profile"));
    const against = profiles.find((each) => each.id === fields.get("against"));
    state.profile = profile?.id ?? null;
    state.against =
      profile && against && against !== profile && against.mode === profile.mode ? against.id : null;
    state.search = fields.get("search") ?? "";
    const zoom = (fields.get("zoom") ?? "").split(".").filter(Boolean);
    const known = zoom.every((part) => /^\d{1,9}$/.test(part) && Number(part) < frameCount);
    state.zoom = profile && known ? zoom.map(Number) : [];
    const at = Number(fields.get("at") ?? NaN);
    state.at = at >= 0 ? at : null;
    return state;
  }

  agentperf.flamePermalink = { fragmentOf, stateOf };
})((globalThis.agentperf ??= {}));
