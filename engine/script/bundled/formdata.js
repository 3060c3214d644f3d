// FormData: multipart bodies with several files or values a field, under the name of k6's formdata; written anew.
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function makeBoundary() {
  let text = '----form-';
  for (let i = 0; i < 32; ++i) text += alphabet[Math.floor(Math.random() * alphabet.length)];
  return text;
}

// As browsers write names within a header: RFC 7578, 5.1 leaves no other way.
function quoted(name) {
  return String(name).replace(/\r?\n|\r/g, '%0D%0A').replace(/"/g, '%22');
}

function bytesOf(value) {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return Uint8Array.from(value);
  return new TextEncoder().encode(String(value));
}

export class FormData {
  constructor() {
    this.boundary = makeBoundary();
    this.parts = [];
  }
  get contentType() { return `multipart/form-data; boundary=${this.boundary}`; }

  // A value is a string, bytes, or what http.file() makes.
  append(name, value, filename) {
    if (value === undefined || value === null) throw new TypeError(`FormData.append: the value of '${name}' is ${value}`);
    const isFile = typeof value === 'object' && value.data !== undefined;
    const isBytes = typeof value === 'object' && !isFile;
    const file = filename || (isFile ? value.filename : isBytes ? 'blob' : undefined);
    let head = `Content-Disposition: form-data; name="${quoted(name)}"`;
    if (file !== undefined) {
      const type = (isFile && value.content_type) || 'application/octet-stream';
      head += `; filename="${quoted(file)}"\r\nContent-Type: ${String(type).replace(/[\r\n]/g, ' ')}`;
    }
    this.parts.push({ head, bytes: bytesOf(isFile ? value.data : value) });
  }

  // An ArrayBuffer.
  body() {
    const pieces = [];
    for (const part of this.parts) {
      pieces.push(bytesOf(`--${this.boundary}\r\n${part.head}\r\n\r\n`), part.bytes, bytesOf('\r\n'));
    }
    pieces.push(bytesOf(`--${this.boundary}--\r\n`));
    const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole.buffer;
  }
}
