// Data that the page carries deflated: inflated when it is looked at.
(function (agentperf) {
  "use strict";

  // The ArrayBuffer that base64 of it, zlib-deflated, stands for. Rejects where it is none of that.
  async function inflated(base64) {
    const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : bytesOf(base64);
    const inflating = new DecompressionStream("deflate");
    const writer = inflating.writable.getWriter();
    const written = Promise.all([writer.write(bytes), writer.close()]);
    const [buffer] = await Promise.all([readAll(inflating.readable.getReader()), written]);
    return buffer;
  }

  // As new Response(…).arrayBuffer() would, in two thirds of the time.
  async function readAll(reader) {
    const chunks = [];
    let length = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      chunks.push(read.value);
      length += read.value.length;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all.buffer;
  }

  async function inflatedText(base64) {
    return new TextDecoder().decode(await inflated(base64));
  }

  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place++) {
      bytes[place] = text.charCodeAt(place);
    }
    return bytes;
  }

  agentperf.packedData = { inflated, inflatedText };
})((globalThis.agentperf ??= {}));
