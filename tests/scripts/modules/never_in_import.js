// expect-init-error: parts/never.js:3:3: top-level await of
import './parts/never.js';
await Promise.resolve(1);
export default function () {}
