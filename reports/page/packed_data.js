// Data that the page carries deflated: unpacked when it is looked at.
(function (agentperf) {
  "use strict";

  // Of base64 of zlib-deflated JSON. Rejects where it is none of that.
  async function unpacked(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(inflated).json();
  }

  agentperf.packedData = { unpacked };
})((globalThis.agentperf ??= {}));
