// Data that the page carries deflated: inflated when it is looked at.
(function (agentperf) {
  "use strict";

  // The text of base64 of zlib-deflated UTF-8. Rejects where it is none of that.
  async function inflated(base64) {
    const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : bytesOf(base64);
    const inflating = new DecompressionStream("deflate");
    const writer = inflating.writable.getWriter();
    const written = Promise.all([writer.write(bytes), writer.close()]);
    const [text] = await Promise.all([new Response(inflating.readable).text(), written]);
    return text;
  }

  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place++) {
      bytes[place] = text.charCodeAt(place);
    }
    return bytes;
  }

  agentperf.packedData = { inflated };
})((globalThis.agentperf ??= {}));
