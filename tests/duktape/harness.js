// T(name, function, expected): calls the function and compares what it returns (or "throws TypeError") with `expected`.
// A(name, function, expected): the same once all promise jobs have run.
var checkCount = 0, failures = [], afterwards = [];

function show(value, depth) {
  if (typeof value === 'string') return depth ? JSON.stringify(value) : value;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'symbol' || typeof value === 'function') return String(typeof value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    var items = [];
    for (var i = 0; i < value.length; i++) items.push(i in value ? show(value[i], 1) : '');
    return '[' + items.join(',') + ']';
  }
  if (value instanceof Error) return String(value);
  return '{' + Object.keys(value).map(function (key) { return key + ':' + show(value[key], 1); }).join(',') + '}';
}

function T(name, run, expected) {
  var actual;
  try {
    actual = show(run());
  } catch (e) {
    actual = 'throws ' + (e instanceof Error ? e.name : e);
  }
  checkCount++;
  if (actual !== expected) failures.push(name + ': got ' + actual + ', expected ' + expected);
}

function A(name, run, expected) {
  afterwards.push(function () { T(name, run, expected); });
}

function finish() {
  afterwards.forEach(function (check) { check(); });
  return failures.join('\n');
}
