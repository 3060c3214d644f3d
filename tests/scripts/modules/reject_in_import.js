// expect-init-error: parts/rejects.js:2:7: RangeError: from the file
import './parts/rejects.js';
await 1;
export default function () {}
