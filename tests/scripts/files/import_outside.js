// expect-init-error: import_outside.js:3: cannot import: '../core/check.js' lies outside of the script's folder; --allow-outside-files permits it
// note: the line counts this header
import '../core/check.js';
export default function () {}
