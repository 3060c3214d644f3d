function show(value) {
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value;
  if (Object.is(value, -0)) return '-0';
  return value !== null && typeof value === 'object' && !(value instanceof Error) ? JSON.stringify(value) : String(value);
}
function R(label, run) {
  var text;
  try { text = show(run()); } catch (e) { text = 'throws ' + e; }
  print(label + ': ' + text);
}
