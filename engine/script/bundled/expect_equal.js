// What expect.js needs to compare contents: equality, paths into objects, what is inside. Loaded with the first such word. ES5.
function typeName(value) {
  return Object.prototype.toString.call(value).slice(8, -1);
}
function sameEntries(a, b, seen) {
  if (a.size !== b.size) { return false; }
  var others = Array.from(b);
  return Array.from(a).every(function (entry) {
    for (var i = 0; i < others.length; ++i) {
      if (equals(entry, others[i], seen)) { others.splice(i, 1); return true; }
    }
    return false;
  });
}
function keysOf(value) {
  return Object.keys(value).concat((Object.getOwnPropertySymbols ? Object.getOwnPropertySymbols(value) : [])
    .filter(function (key) { return Object.prototype.propertyIsEnumerable.call(value, key); }));
}
// `seen`: pairs that are being compared; values that hold themselves are equal where they are met again.
function equals(a, b, seen) {
  if (Object.is(a, b) || a === b) { return a !== 0 || Object.is(a, b); }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) { return false; }
  var type = typeName(a);
  if (type !== typeName(b)) { return false; }
  if (type === 'Date') { return Object.is(+a, +b); }
  if (type === 'RegExp') { return String(a) === String(b); }
  if (type === 'Number' || type === 'String' || type === 'Boolean') { return Object.is(a.valueOf(), b.valueOf()); }
  if (type === 'Error' || type === 'Promise') { return false; }
  seen = seen || [];
  for (var i = 0; i < seen.length; i += 2) {
    if (seen[i] === a && seen[i + 1] === b) { return true; }
  }
  seen.push(a, b);
  var same = sameContents(a, b, type, seen);
  seen.length -= 2;
  return same;
}
function sameContents(a, b, type, seen) {
  if (type === 'Map' || type === 'Set') { return sameEntries(a, b, seen); }
  if (type === 'ArrayBuffer') { return equals(Array.from(new Uint8Array(a)), Array.from(new Uint8Array(b)), seen); }
  if (a.length !== b.length && (Array.isArray(a) || ArrayBuffer.isView(a))) { return false; }
  var keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every(function (key) {
    return Object.prototype.hasOwnProperty.call(b, key) && equals(a[key], b[key], seen);
  });
}

// 'a.b[1].c' -> ['a', 'b', '1', 'c']; a backslash takes a dot or bracket for what it is.
function pathOf(text) {
  var parts = [];
  var current = '';
  text = String(text);
  for (var i = 0; i < text.length; ++i) {
    var c = text.charAt(i);
    if (c === '\\' && i + 1 < text.length) { current += text.charAt(++i); }
    else if (c === '.' || c === '[' || c === ']') { if (current !== '') { parts.push(current); } current = ''; }
    else { current += c; }
  }
  if (current !== '') { parts.push(current); }
  return parts;
}
function at(value, path) {
  var parts = pathOf(path);
  for (var i = 0; i < parts.length; ++i) {
    if (value === null || value === undefined || !(parts[i] in Object(value))) { return { found: false }; }
    value = value[parts[i]];
  }
  return { found: true, value: value };
}

function contains(value, item, deep) {
  var same = deep ? equals : function (x, y) { return x === y || (x !== x && y !== y); };
  if (typeof value === 'string') { return value.indexOf(item) >= 0; }
  if (value instanceof Map) { return Array.from(value.values()).some(function (each) { return same(each, item); }); }
  if (value instanceof Set) { return Array.from(value).some(function (each) { return same(each, item); }); }
  if (Array.isArray(value)) { return value.some(function (each) { return same(each, item); }); }
  return null;
}

exports.equals = equals;
exports.at = at;
exports.contains = contains;
exports.keysOf = keysOf;
exports.typeName = typeName;
