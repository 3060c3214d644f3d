// expect-init-error: import_missing.js:2: cannot import: there is no file
import './parts/missing';
export default function () {}
