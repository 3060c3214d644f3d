// TextEncoder and TextDecoder, for UTF-8 and, to decode, UTF-16LE and Latin-1. ES5, called once a heap with the natives
// that do the work: toBytes(text) -> Uint8Array, toText(view, fatal) -> text, or undefined when it is fatal.
(function (toBytes, toText) {
  'use strict';
  var LABELS = { 'utf-8': 'utf-8', utf8: 'utf-8', 'unicode-1-1-utf-8': 'utf-8', 'utf-16le': 'utf-16le',
    'utf-16': 'utf-16le', latin1: 'windows-1252', 'iso-8859-1': 'windows-1252', ascii: 'windows-1252',
    'us-ascii': 'windows-1252', 'windows-1252': 'windows-1252' };
  function constant(target, name, value) {
    Object.defineProperty(target, name, { value: value, enumerable: true, configurable: true });
  }
  function TextEncoder() {
    if (!(this instanceof TextEncoder)) throw new TypeError('TextEncoder: use new');
  }
  constant(TextEncoder.prototype, 'encoding', 'utf-8');
  TextEncoder.prototype.encode = function encode(text) { return toBytes(text === undefined ? '' : String(text)); };
  TextEncoder.prototype.encodeInto = function encodeInto(text, target) {
    var read = 0, written = 0;
    text = String(text);
    while (read < text.length) {
      var pair = /^[\ud800-\udbff][\udc00-\udfff]/.test(text.substr(read, 2)) ? 2 : 1;
      var bytes = toBytes(text.substr(read, pair));
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += pair;
    }
    return { read: read, written: written };
  };
  function TextDecoder(label, options) {
    if (!(this instanceof TextDecoder)) throw new TypeError('TextDecoder: use new');
    var name = LABELS[label === undefined ? 'utf-8' : String(label).trim().toLowerCase()];
    if (name === undefined) throw new RangeError('TextDecoder: the encoding "' + label + '" is not known');
    constant(this, 'encoding', name);
    constant(this, 'fatal', !!(options && options.fatal));
    constant(this, 'ignoreBOM', !!(options && options.ignoreBOM));
    Object.defineProperty(this, '\xff_rest', { value: [], writable: true });
  }
  function bytesOf(input) {
    if (input === undefined) return new Uint8Array(0);
    if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    return new Uint8Array(input);
  }
  // How many bytes at the end begin a character that is not complete.
  function incomplete(bytes) {
    for (var back = 1; back <= 3 && back <= bytes.length; back++) {
      var b = bytes[bytes.length - back];
      if (b >= 0xc0) return (b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2) > back ? back : 0;
      if (b < 0x80) return 0;
    }
    return 0;
  }
  TextDecoder.prototype.decode = function decode(input, options) {
    var bytes = bytesOf(input), text = '', i;
    if (this.encoding === 'utf-8') {
      if (this['\xff_rest'].length) {
        var joined = new Uint8Array(this['\xff_rest'].length + bytes.length);
        joined.set(this['\xff_rest']);
        joined.set(bytes, this['\xff_rest'].length);
        bytes = joined;
      }
      var keep = options && options.stream ? incomplete(bytes) : 0;
      this['\xff_rest'] = Array.from(bytes.subarray(bytes.length - keep));
      text = toText(bytes.subarray(0, bytes.length - keep), this.fatal);
      if (text === undefined) throw new TypeError('TextDecoder: the bytes are not ' + this.encoding);
    } else if (this.encoding === 'utf-16le') {
      for (i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
    } else {
      for (i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
    }
    return !this.ignoreBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  Object.defineProperty(TextEncoder.prototype, Symbol.toStringTag, { value: 'TextEncoder', configurable: true });
  Object.defineProperty(TextDecoder.prototype, Symbol.toStringTag, { value: 'TextDecoder', configurable: true });
  return { TextEncoder: TextEncoder, TextDecoder: TextDecoder };
})
